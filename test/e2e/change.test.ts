/**
 * One running lab. First what fails and is mended, is captured and traced, with BFD between the switches; then what changes while the lab's own probe
 * runs: BFD goes, a leaf with two nodes comes, a spine is drained and goes, the leaf goes again. Nothing may be lost.
 */
import * as path from "node:path";
import { drillTests } from "./drills";
import { cli, downLeavesNothing, identities, machineShell, root, TestStack } from "./support";
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

/** Every address of the first machines in the fabric; a leaf's port to a further spine is left out. */
const addresses = (): string[] =>
  ["leaf1", "leaf2", "spine1", "spine2", "k8s-master-l1-1", "k8s-node-l1-1", "k8s-node-l2-1"].map(
    (name) =>
      `${name}\n${machineShell(stack.name, name, "ip -4 -o addr show | awk '$2 ~ /^(lo|swp|eth1|bridge)/ && $2 != \"swp3\" { print $2, $4 }'")}`,
  );

describe("a running lab", () => {
  test("comes up; a preview of no change says nothing of the network", () => {
    stack.edit((lab) => {
      (lab.fabric as { bgp?: object }).bgp = { bfd: true };
    });
    run("up", "--no-verify");
    run("verify", "--wait", "60");
    expect(JSON.parse(run("preview", "--json").stdout)).toMatchObject({ network: null });
  });
});

describe("what fails is seen, and mended", () => drillTests(stack));

describe("what changes loses nothing", () => {
  test("BFD between the switches goes: no machine restarts", async () => {
    const was = await identities(stack.name);
    stack.edit((lab) => {
      delete (lab.fabric as { bgp?: object }).bgp;
    });
    // Not under the probe: the end that still has BFD takes the other's going for a failure, and packets are lost.
    run("up");
    expect(machineShell(stack.name, "leaf1", "vtysh -c 'show bfd peers brief'")).not.toMatch(/172\.16\./);
    expect(await identities(stack.name)).toEqual(was);
  });

  test("a leaf with two nodes comes: no machine restarts, no address moves, no session of others flaps", async () => {
    const was = await identities(stack.name);
    const had = addresses();
    expect(had.join()).toMatch(/leaf1\nlo 127\.0\.0\.1\/8\nlo 172\.16\.255\.101\/32\n/);
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
    expect(addresses()).toEqual(had);
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

  test("the leaf goes again, and takes only its own with it", async () => {
    const was = await identities(stack.name);
    stack.edit((lab) => {
      (lab.fabric as { leaves: number }).leaves = 2;
      lab.nodes = (lab.nodes as { name: string }[]).filter(({ name }) => !name.includes("-l3-"));
    });
    run("up", "--no-verify");
    run("verify", "--wait", "60");
    const now = await identities(stack.name);
    expect(Object.keys(was).filter((name) => !(name in now))).toEqual(
      ["k8s-node-l3-1", "k8s-node-l3-2", "leaf3"].map((name) => `fabriclab-${stack.name}-${name}`),
    );
    expect(was).toMatchObject(now);
  });

  test("down leaves nothing", async () => {
    await downLeavesNothing(stack);
  });
});
