/** A running lab that grows and shrinks while its own probe runs: a leaf with two nodes comes, a spine is drained and goes. Nothing may be lost. */
import * as path from "node:path";
import { cli, downLeavesNothing, identities, root, TestStack } from "./support";
import { SUBNETS } from "../subnets";

const stack = new TestStack("e2e-change", "dev", SUBNETS.change);
const run = (command: string, ...rest: string[]): ReturnType<typeof cli> =>
  cli(stack.args(command, ...rest), { expect: 0 });
const main = path.join(root, "dist", "cli", "main.js");

interface Probed {
  sent: number;
  lost: number;
  longestGapMs: number | null;
  flows: { flow: string; sent: number; lost: number; lostAt: string[] }[];
}
interface Network {
  sessions: { session: string; effect: string }[];
  untouched: number;
  routes: { machine: string; prefix: string; now: string }[];
}

/** What `preview` says of the network, then `up` under the probe: nothing lost, and the lab as predicted. */
function change(): Network {
  const { network } = JSON.parse(run("preview", "--json").stdout) as { network: Network };
  const probed = JSON.parse(
    run("probe", "--json", "--while", "--", process.execPath, main, ...stack.args("up", "--no-verify")).stdout,
  ) as Probed;
  console.log(`${probed.sent} sent, ${probed.lost} lost, longest gap ${probed.longestGapMs} ms`);
  expect(probed.flows.filter((each) => each.lost > 0)).toEqual([]);
  expect(probed.sent).toBeGreaterThan(100);
  run("verify", "--wait", "60");
  return network;
}

afterAll(() => {
  cli(stack.args("down"));
  stack.remove();
});

describe("a running lab changes, nothing is lost", () => {
  test("it comes up; a preview of no change says nothing of the network", () => {
    run("up", "--no-verify");
    run("verify", "--wait", "60");
    expect(JSON.parse(run("preview", "--json").stdout)).toMatchObject({ network: null });
  });

  test("a leaf with two nodes comes: no machine restarts, no session of others flaps", async () => {
    const was = await identities(stack.name);
    stack.edit((lab) => {
      (lab.fabric as { leaves: number }).leaves = 3;
      (lab.nodes as unknown[]).push({ name: "k8s-node-l3-1", leaf: "leaf3" }, { name: "k8s-node-l3-2", leaf: "leaf3" });
    });
    expect(run("preview").stdout).toMatch(/BGP sessions: 2 appear, 4 left alone/);
    const { sessions, untouched } = change();
    expect(sessions.map((each) => `${each.session} ${each.effect}`)).toEqual([
      "leaf3-spine1 appears",
      "leaf3-spine2 appears",
    ]);
    expect(untouched).toBe(4);
    expect(await identities(stack.name)).toMatchObject(was);
  });

  test("a spine is drained, then goes: no machine restarts", async () => {
    const was = await identities(stack.name);
    stack.edit((lab) => {
      (lab.fabric as { spines: unknown }).spines = ["spine1", { name: "spine2", drain: true }];
    });
    const drained = change();
    expect(drained.sessions).toEqual([]);
    expect(drained.routes).toContainEqual({
      machine: "leaf1",
      prefix: "10.0.102.0/24",
      was: "bgp via 172.16.0.0, 172.16.0.4",
      now: "bgp via 172.16.0.0",
    });
    expect(await identities(stack.name)).toEqual(was);

    stack.edit((lab) => {
      (lab.fabric as { spines: unknown }).spines = ["spine1"];
    });
    const gone = change();
    expect(gone.sessions.map((each) => each.effect)).toEqual(["disappears", "disappears", "disappears"]);
    expect(was).toMatchObject(await identities(stack.name));
  });

  test("down leaves nothing", async () => {
    await downLeavesNothing(stack);
  });
});
