import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { forgetState, mendState, releaseDeadLocks, stateFile } from "../../../pulumi/local-state";

let root: string;
let file: string;
const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(name), { recursive: true });
  writeFileSync(name, text);
};
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "fabriclab-state-"));
  file = stateFile(root, "dev");
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("the state of a stack", () => {
  test("that is not there, or is whole, is left alone", () => {
    expect(mendState(root, "dev")).toBe("whole");
    write(file, '{"version": 3}');
    write(`${file}.bak`, "{");
    expect(mendState(root, "dev")).toBe("whole");
  });

  test("cut off by a full disk gives way to the copy from before", () => {
    write(file, '{"version": 3, "later": true}');
    truncateSync(file, 20);
    write(`${file}.bak`, '{"version": 3}');
    expect(mendState(root, "dev")).toBe("restored");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ version: 3 });
  });

  test.each([
    ["no copy", null],
    ["a copy that is cut off too", '{"ver'],
  ])("with %s is named with its damage", (_, copy) => {
    write(file, "");
    if (copy !== null) write(`${file}.bak`, copy);
    expect(mendState(root, "dev")).toEqual({
      damage: ".fabriclab/state/.pulumi/stacks/fabriclab/dev.json: Unexpected end of JSON input",
    });
    forgetState(root, "dev");
    expect([file, `${file}.bak`].filter((each) => existsSync(each))).toEqual([]);
  });

  test("what an engine had half written when it was killed goes with the stack, and no other stack's", () => {
    const own = [`${file}.18ebc48fda8b263f.tmp`, `${file}.bak.18ebc48fda8b263f.tmp`];
    const other = `${stateFile(root, "dev2")}.bak.1.tmp`;
    for (const each of [...own, other]) write(each, "{");
    forgetState(root, "dev");
    expect([...own, other].filter((each) => existsSync(each))).toEqual([other]);
  });
});

describe("locks", () => {
  const lock = (name: string): string =>
    path.join(root, ".fabriclab", "state", ".pulumi", "locks", "organization", "fabriclab", "dev", name);
  const released = (): string[] => releaseDeadLocks(root, "dev");

  test("of a process that lives, or of another host, are kept; of one that is gone they go", () => {
    write(lock("alive.json"), JSON.stringify({ pid: process.pid, hostname: hostname() }));
    write(lock("elsewhere.json"), JSON.stringify({ pid: 2 ** 30, hostname: `not-${hostname()}` }));
    write(lock("gone.json"), JSON.stringify({ pid: 2 ** 30, hostname: hostname() }));
    expect(released()).toEqual(["gone.json"]);
    expect([existsSync(lock("alive.json")), existsSync(lock("elsewhere.json")), existsSync(lock("gone.json"))]).toEqual(
      [true, true, false],
    );
  });

  test("of a process that was killed and that its parent hasn't asked about yet go too", () => {
    const [child, after] = [path.join(root, "pid"), path.join(root, "program")];
    // A shell that starts a process, ends it and doesn't wait: the process is a zombie until the shell ends.
    writeFileSync(after, `sleep 60 & echo $! > ${child}; kill -9 $!; exec sleep 60\n`);
    const shell = spawn("sh", [after]);
    try {
      const stat = (): string => {
        try {
          return readFileSync(`/proc/${readFileSync(child, "utf8").trim()}/status`, "utf8");
        } catch {
          return "";
        }
      };
      while (!/^State:\s+Z/m.test(stat())) spawnSync("sleep", ["0.05"]);
      write(lock("zombie.json"), JSON.stringify({ pid: Number(readFileSync(child, "utf8")), hostname: hostname() }));
      expect(released()).toEqual(["zombie.json"]);
    } finally {
      shell.kill("SIGKILL");
    }
  });

  test("half-written are kept while they may be being written", () => {
    write(lock("half.json"), "");
    expect(released()).toEqual([]);
    utimesSync(lock("half.json"), 0, 0);
    expect(released()).toEqual(["half.json"]);
  });
});
