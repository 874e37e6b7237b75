/** A fabric alone, for real: built, proven, probed, broken and brought back, given a cluster's worth of refusals, destroyed. */
import * as os from "node:os";
import type { DrillResult } from "../../drill";
import { KINDS } from "./footprint";
import { cli, downLeavesNothing, identities, TestStack, typedOn, until } from "./support";
import { SUBNETS } from "../subnets";

const OWN = { leaf: "leaf1", host: "client4" } as const;
const stack = new TestStack("e2e-fabric", "fabric", SUBNETS.fabric);
// A switch and a host boot kernels of their own, beside machines that share the host's: all that follows is to hold for both.
stack.edit((lab) => {
  const { leaves, ...fabric } = lab.fabric as { leaves: number };
  const names = Array.from({ length: leaves }, (_, i) => `leaf${i + 1}`);
  lab.fabric = { ...fabric, leaves: names.map((name) => (name === OWN.leaf ? { name, kernel: "own" } : name)) };
  lab.hosts = (lab.hosts as { name: string }[]).map((host) =>
    host.name === OWN.host ? { ...host, kernel: "own" } : host,
  );
});
const run = (command: string, ...rest: string[]): ReturnType<typeof cli> =>
  cli(stack.args(command, ...rest), { expect: 0 });

afterAll(() => {
  cli(stack.args("down"));
  stack.remove();
});

describe("the fabric alone", () => {
  test("comes up, is verified, and says what checks had nothing to test", () => {
    const up = run("up");
    expect(up.stdout).toMatch(/PASS {2}lab e2e-fabric: \d+ as predicted, 0 not/);
    expect(up.stdout).not.toContain("kubeconfig");
    expect(run("verify", "--wait", "30").stdout).toMatch(/Nothing to test: nodes, .*\(need a Kubernetes cluster\)/);
    const refused = cli(stack.args("kubeconfig"));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("is a fabric alone")]);
  });

  test("machines that have a kernel of their own say so, and others share the host's", () => {
    const release = (machine: string): string => typedOn(stack, machine, "uname -r").trim();
    expect(release("leaf2")).toBe(os.release());
    expect([OWN.leaf, OWN.host].map(release)).not.toContain(os.release());
  });

  test("a second up changes nothing", async () => {
    const was = await identities(stack.name);
    expect(Object.keys(was)).toHaveLength(8);
    expect(run("up", "--no-verify").stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect(await identities(stack.name)).toEqual(was);
  });

  test("hosts go on reaching each other without a spine, and routes are as predicted", () => {
    const seen = JSON.parse(
      cli(["drill", "spine-down", "spine1", "--stack", stack.name, "--json"], { expect: 0 }).stdout,
    ) as DrillResult;
    expect(seen).toMatchObject({
      failure: { routing: { asPredicted: true, differences: [] } },
      restored: { routing: { asPredicted: true, differences: [] } },
      cutOff: [],
    });
    expect(seen.probe.flows.map(({ flow }) => flow)).toEqual([
      "client1 10.0.101.201 > client4 10.0.104.204",
      "client4 10.0.104.204 > client1 10.0.101.201",
    ]);
  });

  test("cables of which one end was changed by hand are shown by refresh, and brought back by the up after it", async () => {
    const was = await identities(stack.name);
    typedOn(stack, OWN.leaf, "ip link set dev swp51 down");
    typedOn(stack, OWN.host, "ip link set dev eth1 mtu 1300");
    // A kernel of its own follows what became of the cable, and tells of what it did itself.
    await until(() => typedOn(stack, "spine1", "ip link show dev swp1").includes("NO-CARRIER"));
    const shown = run("refresh").stdout;
    expect(shown).toMatch(/Link leaf1-spine1 updated/);
    expect(shown).toMatch(/Link client4-leaf4 updated/);
    expect(run("up").stdout).toMatch(/PASS {2}lab e2e-fabric/);
    expect(run("refresh", "--", "--expect-no-changes").stdout).toMatch(/\d+ unchanged/);
    expect(await identities(stack.name)).toEqual(was);
  });

  test("down leaves nothing", async () => {
    await downLeavesNothing(
      stack,
      KINDS.filter((kind) => kind !== "tree"),
    );
  });
});
