import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { built, suite } from "./binaries";
import { Workspace } from "./workspace";

/** Processes whose command line names `word`: "pid command". */
function processes(word: string): string[] {
  return readdirSync("/proc")
    .filter((d) => /^\d+$/.test(d))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0/g, " ").trim();
        return line.includes(word) ? [`${pid} ${line}`] : [];
      } catch {
        return [];
      }
    });
}

async function until(what: string, done: () => boolean, seconds: number): Promise<number> {
  for (const begun = Date.now(); ; await sleep(50)) {
    if (done()) return (Date.now() - begun) / 1000;
    if (Date.now() - begun > seconds * 1000) throw new Error(`${what}: not within ${seconds} s`);
  }
}

suite({ pulumi: built("pulumi", "pulumi"), "/proc": existsSync("/proc/self/cmdline") ? true : null })(
  "an engine that is interrupted, and one that is killed",
  () => {
    let w: Workspace;
    let engine: ChildProcess | undefined;
    beforeEach(async () => {
      w = await Workspace.open();
    });
    afterEach(async () => {
      engine?.kill("SIGKILL");
      await w?.close();
    });

    /** An update whose command has a child of its own that runs for a minute. */
    const begin = async (): Promise<string> => {
      const mark = `86${Math.floor(Math.random() * 1e6)}`;
      w.program(
        `new command.local.Command("long", { create: "touch ${w.file("begun")}; sleep ${mark}.5 & sleep ${mark}; wait" });`,
      );
      engine = w.start(["up", "--yes", "--skip-preview"]);
      await until("the command's start", () => existsSync(w.file("begun")), 30);
      return mark;
    };
    const left = (mark: string): string[] => [
      ...processes(`sleep ${mark}`),
      ...processes(w.dir).filter((p) => !/jest/.test(p)),
    ];

    test("interrupt: the running command ends with all it started, and the engine says so", async () => {
      const mark = await begin();
      let said = "";
      engine!.stdout!.on("data", (d: Buffer) => {
        said += d.toString();
      });
      const ended = new Promise((resolve) => engine!.once("close", resolve));
      engine!.kill("SIGINT");
      expect(await Promise.race([ended, sleep(15_000, "late")])).not.toBe("late");
      expect(said).toMatch(/interrupted/);
      expect(await until(`end of ${left(mark).join("; ")}`, () => left(mark).length === 0, 5)).toBeLessThan(5);
    });

    test("killed: plugins, language host, program and commands end by themselves", async () => {
      const mark = await begin();
      expect(left(mark).length).toBeGreaterThan(4);
      engine!.kill("SIGKILL");
      expect(await until("end of what the engine started", () => left(mark).length === 0, 10)).toBeLessThan(10);
    });

    test("a provider of the project, in JavaScript, is run by the language host (RunPlugin)", async () => {
      w.plugin(
        "mine",
        `
      const { serve } = require(${JSON.stringify(w.bundled("provider/protocol/serve.ts"))});
      serve({ name: "mine", version: "0.0.1", resource: () => ({
        check: (_, inputs) => ({ inputs }), diff: () => ({ changes: new Map() }),
        create: async (op, inputs) => ({ id: op.preview ? "" : "one", state: { ...inputs, seen: process.env.MARK ?? "" } }),
        read: async (_, id, inputs, state) => ({ id, inputs, state }), update: async (_, __, ___, inputs) => inputs, delete: async () => undefined }) });`,
      );
      w.program(`class Mine extends pulumi.CustomResource { constructor(name, args) { super("mine:index:Mine", name, { ...args, seen: undefined }); } }
      exports.seen = new Mine("m", { a: 1 }).seen; exports.pid = process.pid;`);
      await w.pulumi(["up", "--yes", "--skip-preview"]);
      expect((await w.state()).m).toMatchObject({ id: "one", outputs: { a: 1, seen: "" } });
    });
  },
);
