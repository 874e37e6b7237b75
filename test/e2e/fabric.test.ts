/** A fabric alone, for real: built, proven, probed, broken and brought back, given a cluster's worth of refusals, destroyed. */
import type { DrillResult } from "../../drill";
import { KINDS } from "./footprint";
import { cli, downLeavesNothing, identities, machineShell, TestStack } from "./support";
import { SUBNETS } from "../subnets";

const stack = new TestStack("e2e-fabric", "fabric", SUBNETS.fabric);
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
    machineShell(stack.name, "leaf1", "ip link set dev swp51 down");
    machineShell(stack.name, "client4", "ip link set dev eth1 mtu 1300");
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
