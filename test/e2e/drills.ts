/** Failures, captures and traces on a running lab: the default stack's, with BFD between the switches. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { DrillResult } from "../../drill";
import type { ProbeResult } from "../../drill/probe";
import type { TraceResult } from "../../drill/trace";
import { cli, interrupt, machineShell, root, type TestStack } from "./support";

const file = path.join(root, ".fabriclab", "test-drill.pcap");

/** Registers the tests. Each leaves the lab as it found it. */
export function drillTests(stack: TestStack): void {
  const on = (command: string, ...rest: string[]): string[] => [command, "--stack", stack.name, ...rest];
  const shown = <T>(...args: string[]): T =>
    JSON.parse(cli(on(args[0] ?? "", ...args.slice(1), "--json"), { expect: 0 }).stdout) as T;
  const machine = (name: string, script: string): string => machineShell(stack.name, name, script);

  afterAll(() => rmSync(file, { force: true }));

  test("a probe of a quiet lab loses nothing", () => {
    const seen = shown<ProbeResult>("probe", "--for", "2s");
    expect(seen).toMatchObject({ lost: 0, longestGapMs: 0 });
    // How many there are follows from where pods run.
    expect(new Set(seen.flows.map((each) => each.kind))).toEqual(new Set(["http", "ping"]));
    expect(seen.sent).toBeGreaterThan(100);
  });

  test("a cable that is cut: seen at once, routes as predicted without it, all back afterwards", () => {
    const seen = shown<DrillResult>("drill", "link-down", "leaf1", "spine1");
    expect(seen.failure.routing).toMatchObject({ asPredicted: true, differences: [] });
    expect(seen.restored?.routing).toMatchObject({ asPredicted: true, differences: [] });
    expect(seen.detected.map((each) => each.why)).toContain("Interface down");
    expect(machine("leaf1", "ip -br link show dev swp51")).toMatch(/UP/);
  });

  test("a cable that passes nothing: BFD sees it, before the hold time would", () => {
    const seen = shown<DrillResult>("drill", "link-down", "leaf1", "spine2", "--silent");
    expect(seen).toMatchObject({
      bfd: "on",
      failure: { routing: { asPredicted: true } },
      restored: { routing: { asPredicted: true } },
    });
    expect(seen.detected.map((each) => each.why).join()).toMatch(/BFD/);
    expect(seen.failure.loss.lost).toBeGreaterThan(0);
    expect(seen.failure.loss.longestGapMs).toBeLessThan(6000);
  });

  test("a session that is reset comes back as predicted", () => {
    const seen = shown<DrillResult>("drill", "session-reset", "leaf1", "spine1");
    expect(seen).toMatchObject({
      failure: { routing: { asPredicted: true } },
      restored: { routing: { asPredicted: true } },
    });
    expect(seen.detected.find((each) => each.machine === "leaf1")?.why).toMatch(/reset/i);
  });

  test.each(["link-down leaf1 k8s-node-l1-1", "node-down k8s-node-l2-1"])(
    "a node without BGP that is cut off, %s: its own flows end, the routes are as predicted, and all is back",
    (failure) => {
      const seen = shown<DrillResult>("drill", ...failure.split(" "));
      expect(seen).toMatchObject({
        detected: [],
        failure: { routing: { asPredicted: true } },
        restored: { routing: { asPredicted: true } },
      });
      expect(seen.cutOff.reduce((sum, each) => sum + each.lost, 0)).toBeGreaterThan(0);
      expect(seen.probe.flows.every((each) => each.longestGapMs !== null)).toBe(true);
    },
  );

  test("a drill that is interrupted while the lab is broken is undone", async () => {
    const silenced = (): boolean => /tbf/.test(machine("leaf1", "tc qdisc show dev swp52"));
    const stopped = await interrupt(on("drill", "link-down", "leaf1", "spine2", "--silent"), silenced);
    expect(stopped.stderr).toMatch(/interrupted; what was done is undone/);
    expect(silenced()).toBe(false);
  });

  test("a capture is a pcap file with packets in it, and leaves nothing running", () => {
    cli(on("capture", "leaf1", "swp51", "-f", "tcp port 179", "-c", "2", "-o", file), { expect: 0 });
    const bytes = readFileSync(file);
    expect([0xa1b2c3d4, 0xa1b23c4d]).toContain(bytes.readUInt32LE(0)); // magic number of microseconds or nanoseconds (draft-ietf-opsawg-pcap)
    const first = bytes.readUInt32LE(24 + 8); // captured length of the first packet
    expect(first).toBeGreaterThan(54);
    expect(bytes.length).toBeGreaterThan(24 + 16 + first);
    expect(machine("leaf1", "pgrep tcpdump")).toBe("");
    const cut = spawnSync(
      "sh",
      [
        "-c",
        `'${process.execPath}' dist/cli/main.js ${on("capture", "leaf1", "any", "-o", "-").join(" ")} | head -c 24 | wc -c`,
      ],
      { cwd: root, encoding: "utf8" },
    );
    expect(cut.stdout.trim()).toBe("24");
    expect(machine("leaf1", "pgrep tcpdump")).toBe("");
  });

  test("what is not there is a usage error with a suggestion", () => {
    const failed = [
      on("capture", "leef1", "swp51"),
      on("capture", "leaf1", "swp511"),
      on("drill", "link-down", "leaf1", "leaf2"),
      on("trace", "pod:k8s-node-l1-9", "leaf1"),
    ].map((args) => cli(args, { expect: 2 }).stderr.split("\n")[0]);
    expect(failed[0]).toMatch(/no machine "leef1"\. Did you mean "leaf1"\?/);
    expect(failed[1]).toMatch(/no interface "swp511"\. Did you mean "swp51"\?/);
    expect(failed[2]).toMatch(/no link between leaf1 and leaf2/);
    expect(failed[3]).toMatch(/Did you mean "pod:k8s-node-l1-1"\?/);
  });

  test("traces: the packets' own way is one of those predicted, in VXLAN on every cable", () => {
    const pods = shown<TraceResult>("trace", "pod:k8s-node-l1-1", "pod:k8s-node-l2-1");
    expect(pods).toMatchObject({ asPredicted: true, live: { arrived: true } });
    expect(pods.live.crossings.map((each) => each.at).map((name) => name.replace(/\d$/, ""))).toEqual([
      "k8s-node-l1-",
      "leaf",
      "spine",
      "leaf",
    ]);
    expect(
      pods.live.crossings.every((each) =>
        /^UDP 4789 VNI \d+ 10\.0\.101\.101 > 10\.0\.102\.101$/.test(each.encapsulation),
      ),
    ).toBe(true);
    expect(shown<TraceResult>("trace", "leaf1", "k8s-node-l2-1")).toMatchObject({
      asPredicted: true,
      live: { arrived: true },
    });
    expect(shown<TraceResult>("trace", "pod:k8s-node-l2-1", "service:nginx-service")).toMatchObject({
      asPredicted: true,
      live: { arrived: true },
    });
  });
}
