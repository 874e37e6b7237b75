/**
 * The default lab for real: built, proven, changed in place, broken and repaired, interrupted, destroyed. One lab at a time; a lab of the user's own is
 * not disturbed (other stack, other management subnet).
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import {
  cli,
  docker,
  downLeavesNothing,
  identities,
  interrupt,
  machineShell,
  marksOf,
  root,
  TestStack,
  traces,
} from "./support";
import { SUBNETS } from "../subnets";

const stack = new TestStack("e2e", "dev", SUBNETS.lab);
const printed: string[] = [];
const run = (command: string, ...rest: string[]): ReturnType<typeof cli> => {
  const ran = cli(stack.args(command, ...rest), { expect: 0 });
  printed.push(ran.stdout, ran.stderr);
  return ran;
};
const container = (machine: string): string => `fabriclab-${stack.name}-${machine}`;

afterAll(() => {
  cli(stack.args("down"));
  stack.remove();
});

describe("the default lab", () => {
  test("a spec that can't work is refused before anything is made, every problem at once", async () => {
    stack.edit((lab) => {
      lab.kubernetes = { podCidr: "10.0.96.0/19" };
      (lab.nodes as { leaf: string }[])[2]!.leaf = "leaf9";
    });
    const refused = cli(stack.args("up"));
    const text = refused.stdout + refused.stderr;
    expect(refused.code).not.toBe(0);
    expect(text).toMatch(/podCidr/);
    expect(text).toMatch(/10\.0\.96\.0\/19/);
    expect(text).toMatch(/leaf9/);
    expect(text).not.toMatch(/\bat .*\.js:\d+/); // no stack trace
    expect(await identities(stack.name)).toEqual({});
    stack.edit((lab) => {
      delete lab.kubernetes;
      (lab.nodes as { leaf: string }[])[2]!.leaf = "leaf2";
    });
  });

  test("an interrupted up leaves what down removes", async () => {
    const stopped = await interrupt(stack.args("up"), /Machine k8s-node-l1-1 creat/);
    expect(stopped.code).not.toBe(0);
    const marks = await marksOf(stack);
    run("down");
    expect(await traces(stack, marks)).toEqual([]);
  });

  test("an interrupted up, and one that was killed, converge when run again", async () => {
    const stopped = await interrupt(stack.args("up"), /kubeadm-init creat/);
    expect(stopped.code).not.toBe(0);
    // Killed, it can't write down what it made: the object is in the cluster, and the state knows nothing of it.
    const killed = await interrupt(stack.args("up"), /DaemonSet daemonset-calico-node creat/, {
      signal: "SIGKILL",
      afterMs: 1500,
    });
    expect(killed.code).not.toBe(0);
    run("up");
    expect(Object.keys(await identities(stack.name))).toHaveLength(7);
    const report = JSON.parse(run("verify", "--json").stdout) as { ok: boolean; passed: number; failed: number };
    expect(report).toMatchObject({ ok: true, failed: 0 });
    expect(report.passed).toBeGreaterThan(100);
  });

  test("a second up changes nothing and touches no machine", async () => {
    const was = await identities(stack.name);
    const again = run("up");
    expect(again.stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect(await identities(stack.name)).toEqual(was);
  });

  test("VXLAN between racks alone, in place: no machine restarts, both kinds of pairs are captured as they should be", async () => {
    const was = await identities(stack.name);
    stack.edit((lab) => {
      lab.calico = { encapsulation: "VXLANCrossSubnet" };
    });
    run("up", "--no-verify");
    // A rack has two nodes, of which one is the control plane: whether CoreDNS has put a pod there is chance.
    const kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf";
    const pinned = JSON.stringify({ spec: { nodeName: "k8s-master-l1-1" } });
    const beside = `${kubectl} run beside --image docker.io/library/nginx:1.22.1 --overrides '${pinned}'`;
    machineShell(
      stack.name,
      "k8s-master-l1-1",
      `${beside} && ${kubectl} wait pod/beside --for condition=Ready --timeout 60s`,
    );
    const { checks } = JSON.parse(run("verify", "--wait", "60", "--json").stdout) as {
      checks: { id: string; rows: { subject: string; seen: string; ok: boolean }[] }[];
    };
    const rows = checks.find((check) => check.id === "encapsulation")?.rows ?? [];
    expect(rows.filter((row) => !row.ok)).toEqual([]);
    expect(rows.some((row) => row.seen === "no encapsulation")).toBe(true);
    expect(rows.some((row) => row.seen.startsWith("UDP 4789"))).toBe(true);
    machineShell(stack.name, "k8s-master-l1-1", `${kubectl} delete pod beside --wait=false`);
    expect(await identities(stack.name)).toEqual(was);
  });

  test("what a cluster was made with can't change: preview and up say so, and touch nothing", async () => {
    const was = await identities(stack.name);
    stack.edit((lab) => {
      lab.kubernetes = { podCidr: "10.64.0.0/13" };
    });
    for (const command of ["preview", "up"]) {
      const refused = cli(stack.args(command));
      expect(refused).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /ClusterConfiguration networking\.podSubnet: 10\.64\.0\.0\/12 -> 10\.64\.0\.0\/13\n.*fabriclab down --stack/,
        ) as string,
      });
    }
    stack.edit((lab) => {
      delete lab.kubernetes;
    });
    expect(await identities(stack.name)).toEqual(was);
  });

  test("secrets are encrypted in the state, 0600 on disk, and never printed", () => {
    const state = path.join(root, ".fabriclab");
    const key = /BEGIN OPENSSH PRIVATE KEY|client-key-data:|[a-z0-9]{6}\.[a-z0-9]{16}\b/;
    const files = readdirSync(state, { recursive: true, encoding: "utf8" })
      .map((f) => path.join(state, f))
      .filter((f) => statSync(f).isFile() && !f.includes(`${path.sep}provider${path.sep}`));
    expect(files.filter((f) => f.includes(`stacks/fabriclab/${stack.name}.json`)).length).toBeGreaterThan(0);
    for (const f of files.filter((file) => file.includes(stack.name)))
      expect([f, key.exec(readFileSync(f, "utf8"))?.[0]]).toEqual([f, undefined]);
    expect(statSync(path.join(state, "passphrase")).mode & 0o777).toBe(0o600);
    expect(statSync(state).mode & 0o077).toBe(0);
    expect(printed.map((text) => key.exec(text)?.[0]).filter((x) => x !== undefined)).toEqual([]);
  });

  test("a machine stopped by hand is shown by refresh and repaired by up, links and routes back", async () => {
    await Promise.all([
      docker.getContainer(container("leaf2")).stop({ t: 2 }),
      docker.getContainer(container("k8s-node-l1-1")).stop({ t: 2 }),
    ]);
    const shown = run("refresh", "--", "--diff").stdout;
    expect(shown).toMatch(/leaf2/);
    expect(shown).toMatch(/state *: .*"stopped"/);
    expect(shown).toMatch(/state *: .*"missing"/);
    run("up");
    run("verify", "--wait", "60");
  });

  test("after the host's restart (every machine started anew, every cable gone) up brings all of it back", async () => {
    const machines = Object.keys(await identities(stack.name));
    await Promise.all(machines.map((name) => docker.getContainer(name).restart({ t: 2 })));
    expect(run("up").stdout).toMatch(/PASS {2}lab/);
  });

  test("a control plane that was removed by hand took its cluster along: up says so, and makes it anew on the machines that are there", async () => {
    const removed = container("k8s-master-l1-1");
    const { [removed]: old, ...was } = await identities(stack.name);
    await docker.getContainer(removed).remove({ force: true, v: true });
    const up = run("up");
    expect(up.stderr).toMatch(/machine of k8s-master-l1-1, the control plane, is gone, and the cluster with it/);
    expect(up.stdout).toMatch(/PASS {2}lab/);
    const { [removed]: made, ...others } = await identities(stack.name);
    expect(others).toEqual(was);
    expect([made, made === old]).toEqual([expect.any(String), false]);
    expect(run("up", "--no-verify").stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("down leaves nothing", async () => {
    // What others do beside it is not the lab's: a network comes, a container goes.
    const foreign = await docker.createNetwork({ Name: `someone-elses-${process.pid}`, Internal: true });
    try {
      await downLeavesNothing(stack);
    } finally {
      await foreign.remove();
    }
  });
});
