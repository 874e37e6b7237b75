/** The bgp lab for real, in the size of the default one: built, proven, changed in place while a probe runs, destroyed. */
import * as path from "node:path";
import type { DrillResult } from "../../drill";
import { cli, downLeavesNothing, identities, root, TestStack } from "./support";
import { SUBNETS } from "../subnets";
import { openLab } from "../../pulumi/lab";
import { placesIn } from "../faults/places";
import { breakIt } from "../faults/suffer";
import { FAULTS } from "../faults/table";
import { BGP_FAULTS, Patient, VXLAN_FAULTS, type Fault } from "./faults";

const stack = new TestStack("e2e-bgp", "bgp", SUBNETS.bgp);
const run = (command: string, ...rest: string[]): ReturnType<typeof cli> =>
  cli(stack.args(command, ...rest), { expect: 0 });

interface Verified {
  ok: boolean;
  passed: number;
  failed: number;
  checks: { id: string; rows: { subject: string; seen: string; ok: boolean }[] }[];
}

function verified(): Verified {
  const report = JSON.parse(run("verify", "--wait", "60", "--json").stdout) as Verified;
  expect(report.checks.flatMap((check) => check.rows.filter((row) => !row.ok))).toEqual([]);
  return report;
}

/** One packet size for both modes: pods keep the MTU they were made with. */
const POD_MTU = 1450;

beforeAll(() => {
  stack.edit((lab) => {
    lab.nodes = (lab.nodes as { name: string }[]).filter(({ name }) => !name.endsWith("-2"));
    (lab.workload as { replicas: number }).replicas = 2;
    (lab.calico as { podMtu: number }).podMtu = POD_MTU;
  });
});
afterAll(() => {
  cli(stack.args("down"));
  stack.remove();
});

interface Flow {
  flow: string;
  sent: number;
  lost: number;
  longestGapMs: number | null;
}

/** Runs `fabriclab up` while the lab's own probe runs, and says what was lost. */
function upUnderProbe(): Flow[] {
  const ran = cli(
    stack.args(
      "probe",
      "--json",
      "--while",
      "--",
      process.execPath,
      path.join(root, "dist", "cli", "main.js"),
      ...stack.args("up", "--no-verify"),
    ),
  );
  // 1: something was lost. Pulumi's own failures are others.
  expect([[0, 1].includes(ran.code ?? -1), ran.stderr]).toEqual([true, expect.stringMatching(/Resources:/)]);
  const { flows } = JSON.parse(ran.stdout) as { flows: Flow[] };
  console.log(
    flows
      .map((flow) => `${flow.flow}: ${flow.lost} of ${flow.sent} lost, longest gap ${flow.longestGapMs} ms`)
      .join("\n"),
  );
  return flows;
}

/** Faults of every kind that don't stand in each other's way. */
const AT_ONCE = [
  "a neighbor typed into vtysh",
  "a static route in FRR",
  "timers of a session",
  "the interfaces file changed",
  "a second address",
  "an ip rule to another table",
  "rp_filter strict on all",
  "TCP 80 dropped on a switch",
  "natOutgoing switched",
  "a service's type",
  "a link's MTU",
];

/** Breaks the lab by hand, one fault after the other; it is whole in between, and at the end. */
async function brokenInEachWay(faults: readonly Fault[]): Promise<void> {
  const patient = await Patient.open(stack.name);
  try {
    const found: [string, readonly string[]][] = [];
    for (const fault of faults) {
      found.push([fault.title, await patient.suffer(fault)]);
      await patient.mustBeWhole();
    }
    expect(found).toEqual(faults.map((fault) => [fault.title, fault.found]));
  } finally {
    await patient.close();
  }
}

describe("the bgp lab", () => {
  test("comes up, and is verified: sessions, routes, plain packets, a look from outside", () => {
    run("up", "--no-verify");
    const ids = verified()
      .checks.filter((check) => check.rows.length > 0)
      .map((check) => check.id);
    expect(ids).toEqual(
      expect.arrayContaining(["sessions", "outcome", "forwarding", "node-bgp", "encapsulation", "outside"]),
    );
    expect(ids).not.toContain("overlay");
  });

  test("a second up changes nothing", async () => {
    const was = await identities(stack.name);
    expect(run("up", "--no-verify").stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect(await identities(stack.name)).toEqual(was);
  });

  test.each([
    "link-down leaf2 k8s-node-l2-1",
    "node-down k8s-node-l1-1",
    "spine-down spine1",
    "session-reset leaf1 k8s-node-l1-1",
  ])("a drill, %s: routes as predicted without, and whole again", (failure) => {
    const seen = JSON.parse(
      cli(["drill", ...failure.split(" "), "--stack", stack.name, "--json"], { expect: 0 }).stdout,
    ) as DrillResult;
    expect(seen).toMatchObject({
      failure: { routing: { asPredicted: true, differences: [] } },
      restored: { routing: { asPredicted: true, differences: [] } },
      probe: { podsMissing: 0 },
    });
    expect(seen.detected.length).toBeGreaterThan(0);
    // A node behind its leaf's bridge: the leaf sees by its hold time alone that it is gone.
    if (failure.startsWith("node-down"))
      expect(seen.detected.find((each) => each.machine === "leaf1")).toMatchObject({
        neighbor: "10.0.101.101",
        why: "Hold Timer Expired",
      });
    // BIRD's own log tells of the session too.
    if (failure.startsWith("session-reset"))
      expect(seen.detected.find((each) => each.machine === "k8s-node-l1-1")).toMatchObject({
        neighbor: "10.0.101.1",
        why: "Administrative reset",
      });
    expect(seen.cutOff.length > 0).toBe(/^(link|node)-down .*k8s-/.test(failure));
  });

  test("broken by hand in nine ways: each is found by the checks that should, and by no other", async () => {
    await brokenInEachWay(BGP_FAULTS);
  });

  test("broken by hand in eleven ways at once: refresh shows each, one up brings all back, and no machine restarts", async () => {
    const was = await identities(stack.name);
    const places = placesIn((await openLab(root, stack.name)).plan, stack.name);
    const faults = AT_ONCE.map((title) => FAULTS.find((each) => each.title === title)!);
    for (const fault of faults) await breakIt(fault, places);
    const { stdout } = run("refresh");
    expect(faults.filter(({ shown }) => !stdout.split("\n").some((line) => shown.test(line)))).toEqual([]);
    run("up", "--no-verify");
    verified();
    expect(await identities(stack.name)).toEqual(was);
  });

  test("verify says by its exit code that a lab is broken", () => {
    const [fault] = BGP_FAULTS;
    const on = (command: string): string[] => [
      "exec",
      fault!.machine,
      "--stack",
      stack.name,
      "--",
      "sh",
      "-c",
      command,
    ];
    cli(on(fault!.command), { expect: 0 });
    expect(cli(stack.args("verify", "--check", ...fault!.found)).code).toBe(1);
    cli(on(fault!.undo), { expect: 0 });
    cli(stack.args("verify", "--check", ...fault!.found), { expect: 0 });
  });

  test("to route reflectors and back while a probe runs: new sessions come before the old ones go, no machine restarts", async () => {
    const was = await identities(stack.name);
    for (const routeReflectors of [["k8s-node-l1-1", "k8s-node-l2-1"], []]) {
      stack.edit((lab) => {
        (lab.calico as { bgp: object }).bgp = { routeReflectors };
      });
      for (const flow of upUnderProbe()) {
        expect(flow.sent).toBeGreaterThan(50);
        expect(flow.longestGapMs).not.toBeNull();
        expect(flow.longestGapMs).toBeLessThan(5000);
      }
      verified();
    }
    expect(await identities(stack.name)).toEqual(was);
  });

  test("AS numbers a rack and a listening range, in place", async () => {
    const was = await identities(stack.name);
    stack.edit((lab) => {
      (lab.calico as { bgp: object }).bgp = { nodeAs: "rack", discovery: "range" };
    });
    run("up", "--no-verify");
    verified();
    expect(await identities(stack.name)).toEqual(was);
  });

  test("to vxlan and back while a probe runs: no machine restarts", async () => {
    const was = await identities(stack.name);
    let calico: unknown;
    stack.edit((lab) => {
      calico = lab.calico;
      lab.calico = { mode: "vxlan", podMtu: POD_MTU };
    });
    const there = upUnderProbe();
    verified();
    await brokenInEachWay(VXLAN_FAULTS);
    stack.edit((lab) => {
      lab.calico = calico;
    });
    const back = upUnderProbe();
    verified();
    expect(await identities(stack.name)).toEqual(was);
    // In vxlan mode the fabric knows no service: from outside it is gone, as it should be.
    for (const flow of [...there.filter((each) => !each.flow.startsWith("client1")), ...back]) {
      expect(flow.sent).toBeGreaterThan(50);
      expect(flow.lost).toBeLessThan(flow.sent / 2);
    }
  });

  test("goes, and leaves nothing", async () => {
    await downLeavesNothing(stack);
  });
});
