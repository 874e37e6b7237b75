import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { shellProgram } from "../../../common/shell-program";
import * as scripts from "../../../components/scripts";
import { filesText, memberProgram } from "../../../provider/configuration/programs";
import { ROOT } from "../plan/labs";

const FOLDERS = ["components/scripts", "common/scripts", "configuration/scripts", "provider/configuration/scripts"];
/** Relative to the checkout, by name. */
const files = new Map(
  FOLDERS.flatMap((of) =>
    readdirSync(path.join(ROOT, of))
      .filter((file) => file.endsWith(".sh"))
      .map((file) => [file, path.join(ROOT, of, file)] as const),
  ),
);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fabriclab-scripts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs shell text; `fakes` are programs, by name, that it finds before those of this machine. */
function run(text: string, input = "", fakes: Readonly<Record<string, string>> = {}): Ran {
  const bin = mkdtempSync(path.join(folder, "bin-"));
  for (const [name, body] of Object.entries(fakes)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, BIN: bin };
  return spawnSync("sh", ["-c", text], { input, env, encoding: "utf8" });
}

/** The functions of a file, and then some text. */
const withFunctions = (file: string, text: string): string => `${readFileSync(files.get(file)!, "utf8")}\n${text}`;

/** A clock that is a thousand seconds further each time it is asked: every wait is over after one attempt. */
const IMPATIENT = {
  date: 'n=$(cat "$BIN/now" 2>/dev/null || echo 0); n=$((n + 1000)); echo "$n" >"$BIN/now"; echo "$n"',
  sleep: "exit 0",
};

describe("shell programs", () => {
  test.each([...files])("%s is a program that a shell can read", (_, file) => {
    expect(spawnSync("sh", ["-n", file], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  test.each([...files])("%s has no here-document: comments are left behind line by line", (_, file) => {
    expect(readFileSync(file, "utf8")).not.toMatch(/<<-?\s*['"A-Za-z]/);
  });

  test("get values as arguments, each one word whatever is in it, and leave their comments behind", () => {
    const value = "it's $(id) & more";
    const text = shellProgram("components/scripts/delete-node.sh", [value]);
    expect(text).toBe(
      "# delete-node.sh\nset -- 'it'\\''s $(id) & more'\nset -eu\n" +
        'kubectl --kubeconfig /etc/kubernetes/admin.conf delete node "$1" --ignore-not-found --wait=false\n',
    );
    expect(run(text, "", { kubectl: 'printf "%s|" "$@"' }).stdout).toContain(`|delete|node|${value}|`);
  });
});

describe("files on standard input", () => {
  const unpack = (input: string): Ran & { read: (file: string) => string } => {
    const into = mkdtempSync(path.join(folder, "files-"));
    const ran = run(withFunctions("files.sh", `set -eu; unpack '${into}'`), input);
    return { ...ran, read: (file) => readFileSync(path.join(into, file), "utf8") };
  };

  test("arrive as they were sent; no line of a file begins another file", () => {
    const evil = "a\n### /etc/cron.d/x\n2 /etc/passwd\n  indented\\n \n\nroot";
    const sent = filesText({ "/etc/frr/frr.conf": evil, "/etc/a file": "", "/b": "one\n\n\n" });
    const { status, read } = unpack(sent);
    expect(status).toBe(0);
    expect(read("/etc/frr/frr.conf")).toBe(`${evil}\n`);
    expect(read("/etc/a file")).toBe("\n");
    expect(read("/b")).toBe("one\n");
    expect(() => read("/etc/passwd")).toThrow(/ENOENT/);
    expect(() => read("/etc/cron.d/x")).toThrow(/ENOENT/);
  });

  test("that end too early are refused", () => {
    expect(unpack("3 /etc/hosts\none\ntwo\n")).toMatchObject({
      status: 1,
      stderr: "standard input ended inside of /etc/hosts\n",
    });
  });
});

test("passwords that FRR quotes are not shown", () => {
  const { stdout } = run(
    withFunctions("files.sh", "hide_passwords"),
    "% Unknown command: neighbor 10.0.1.1 password abc\n['vtysh', '-c', ' neighbor 10.0.1.2 password d e']\nno secret here\n",
  );
  expect(stdout).toBe(
    "% Unknown command: neighbor 10.0.1.1 password [secret]\n['vtysh', '-c', ' neighbor 10.0.1.2 password [secret] e']\nno secret here\n",
  );
});

describe("waits", () => {
  const wait = (test: string, fakes = {}): Ran =>
    run(withFunctions("wait.sh", `set -eu; wait_for 5 0.01 "a thing" ${test}; echo went on`), "for the program", fakes);

  test("go on once the test succeeds, and leave the program its standard input", () => {
    const twice = 'n=$(cat "$BIN/n" 2>/dev/null || echo 0); echo $((n + 1)) >"$BIN/n"; cat; [ "$n" -ge 2 ]';
    expect(wait("attempt; cat", { attempt: twice })).toMatchObject({ status: 0, stdout: "for the programwent on\n" });
  });

  test("fail with what was waited for and what was seen", () => {
    const stderr = (seen: string): string => `waited 5 s for a thing, and saw: ${seen}\n`;
    const ended = { status: 1, stdout: "" };
    expect(wait("attempt", { ...IMPATIENT, attempt: "echo so far; exit 1" })).toMatchObject({
      ...ended,
      stderr: stderr("so far"),
    });
    expect(wait("false", IMPATIENT)).toMatchObject({ ...ended, stderr: stderr("nothing") });
  });

  const kubectl = (mode: string, daemonset: string): string =>
    `case "$*" in *ippools*) printf ${mode} ;; *daemonset*) echo '${daemonset}' ;; *nodes*) printf 'a\\nb\\nc\\n' ;; *) echo refused; exit 1 ;; esac`;

  test.each<[string, string, Record<string, string>, string]>([
    [
      "bird-gone",
      scripts.birdGone("pool"),
      { kubectl: kubectl("Never", "- -bird-ready") },
      "waited 300 s for DaemonSet calico-node without a probe for BIRD, and saw: - -bird-ready",
    ],
    [
      "bgp-settled",
      scripts.bgpSettled("pool"),
      { kubectl: kubectl("Always", "- -felix-ready") },
      "waited 300 s for DaemonSet calico-node with a probe for BIRD, and saw: a readiness probe without -bird-ready",
    ],
    [
      "vxlan-carries",
      scripts.vxlanCarries,
      {
        kubectl: kubectl("Always", ""),
        ip: 'case "$*" in *vxlan*) echo "10.0.0.0/26 via 10.0.0.1" ;; *) echo left ;; esac',
      },
      "waited 120 s for 2 routes into vxlan.calico, one to each other node, and saw: 1",
    ],
    [
      "configure-speaker",
      memberProgram({ node: "node1", cluster: "", annotations: {}, labels: {} }).text,
      { kubectl: kubectl("Always", "") },
      "waited 60 s for the API server to know node node1, and saw: refused",
    ],
  ])("%s fails when what it waits for does not come", (_, text, fakes, message) => {
    expect(run(text, "a\nb\n", { ...IMPATIENT, ...fakes })).toMatchObject({ status: 1, stderr: `${message}\n` });
  });

  test("only the one for sessions goes on, and says why", () => {
    const fake = `case "$*" in
      *daemonset*) echo -bird-ready ;;
      *exec*) echo "Mesh_10_0_0_9 BGP master up 12:00 Established"; echo "Node_10_0_0_1 BGP master start 12:00 Connect" ;;
      *) echo "node1 calico-node-x" ;;
    esac`;
    const ran = (addresses: string): Ran =>
      run(scripts.sessionsUp, `node1 ${addresses}\n`, { ...IMPATIENT, kubectl: fake });
    expect(ran("10.0.0.9")).toMatchObject({ status: 0, stderr: "" });
    expect(ran("10.0.0.9 10.0.0.1")).toMatchObject({
      status: 0,
      stderr:
        "waited 60 s for the BGP sessions that are to replace others, and saw: the session of calico-node-x with 10.0.0.1 is not established\n" +
        "going on all the same: fabriclab verify tells what is wrong with a session\n",
    });
  });
});
