import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { podPaths } from "../../../plan";
import { homeOf, nodesOf } from "../../../plan/lookup";
import { kubeadmInit, kubeadmJoin, nodeFiles, switchFiles } from "../../../plan/render";
import { FIXTURES, planOf, stackValue } from "./labs";

const plan = planOf(stackValue("vxlan"));
const SECRETS = { token: "abcdef.0123456789abcdef", caCertHash: "5f".repeat(32) };

/** Every file of the lab by its path below the fixtures. */
function rendered(): Record<string, string> {
  const machines = [
    ...plan.switches.map((each) => [each.name, switchFiles(plan, each.name)] as const),
    ...nodesOf(plan).map((each) => [each.name, nodeFiles(plan, each.name)] as const),
  ];
  const files = machines.flatMap(([name, texts]) =>
    Object.entries(texts).map(([path, text]) => [`machines/${name}${path}`, text] as const),
  );
  const workers = nodesOf(plan).filter((node) => node.role === "worker");
  return {
    ...Object.fromEntries(files),
    "kubeadm/init.yaml": kubeadmInit(plan, SECRETS),
    ...Object.fromEntries(
      workers.map((node) => [`kubeadm/join-${node.name}.yaml`, kubeadmJoin(plan, node.name, SECRETS)]),
    ),
    "plan.json": `${JSON.stringify(plan, null, 2)}\n`,
  };
}

describe("the reference lab (two spines, two leaves, five nodes)", () => {
  // UPDATE_FIXTURES=1 writes the texts anew; read the diff.
  test.each(Object.entries(rendered()))("%s is as recorded", (path, text) => {
    const file = join(FIXTURES, path);
    if (process.env["UPDATE_FIXTURES"] !== undefined) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(existsSync(file)).toBe(true);
    expect(text).toBe(readFileSync(file, "utf8"));
  });

  test("switches have the names, AS numbers and loopbacks of the reference", () => {
    expect(plan.switches.map((each) => [each.name, each.hostname, each.as, each.routerId])).toEqual([
      ["spine1", "spine-sw1.lab.local", 65001, "172.16.255.1"],
      ["spine2", "spine-sw2.lab.local", 65002, "172.16.255.2"],
      ["leaf1", "leaf-sw1.lab.local", 65101, "172.16.255.101"],
      ["leaf2", "leaf-sw2.lab.local", 65102, "172.16.255.102"],
    ]);
  });

  test("links have the /31s of the reference, the spine first", () => {
    expect(plan.sessions.map((each) => [each.name, each.b.address, each.a.address, each.type])).toEqual([
      ["leaf1-spine1", "172.16.0.0", "172.16.0.1", "ebgp"],
      ["leaf1-spine2", "172.16.0.4", "172.16.0.5", "ebgp"],
      ["leaf2-spine1", "172.16.0.2", "172.16.0.3", "ebgp"],
      ["leaf2-spine2", "172.16.0.6", "172.16.0.7", "ebgp"],
    ]);
  });

  test("nodes have the addresses of the reference", () => {
    expect(
      plan.servers.map((each) => [each.name, homeOf(each).address, homeOf(each).gateway, homeOf(each).leafPort]),
    ).toEqual([
      ["k8s-master-l1-1", "10.0.101.11/24", "10.0.101.1", "swp41"],
      ["k8s-node-l1-1", "10.0.101.101/24", "10.0.101.1", "swp1"],
      ["k8s-node-l1-2", "10.0.101.102/24", "10.0.101.1", "swp2"],
      ["k8s-node-l2-1", "10.0.102.101/24", "10.0.102.1", "swp1"],
      ["k8s-node-l2-2", "10.0.102.102/24", "10.0.102.1", "swp2"],
    ]);
  });

  test("cluster, Calico and workload are those of the reference", () => {
    expect(plan.cluster).toMatchObject({
      controlPlane: "k8s-master-l1-1",
      apiAddress: "10.0.101.11",
      podCidr: "10.64.0.0/12",
      serviceCidr: "10.80.0.0/12",
      dnsAddress: "10.80.0.10",
    });
    expect(plan.calico).toMatchObject({ mode: "vxlan", vxlan: { vni: 4096, port: 4789 }, podMtu: 1450 });
    expect(plan.workload).toEqual({
      namespace: "space1",
      name: "nginx-deployment",
      service: "nginx-service",
      localService: null,
      image: "docker.io/library/nginx:1.22.1",
      replicas: 4,
      port: 80,
    });
  });

  test("pods of different nodes see ttl 62 and VXLAN between node addresses", () => {
    const paths = podPaths(plan);
    expect(paths).toHaveLength(25);
    expect(paths.find((path) => path.from === "k8s-node-l2-1" && path.to === "k8s-node-l1-2")).toEqual({
      from: "k8s-node-l2-1",
      to: "k8s-node-l1-2",
      ttl: 62,
      encapsulation: {
        kind: "vxlan",
        vni: 4096,
        port: 4789,
        source: "10.0.102.101",
        destination: "10.0.101.102",
        overhead: 50,
      },
      mtu: 1450,
      via: [["leaf2"], ["spine1", "spine2"], ["leaf1"]],
    });
    expect(paths.find((path) => path.from === "k8s-node-l1-1" && path.to === "k8s-node-l1-2")).toMatchObject({
      ttl: 62,
      via: [["leaf1"]],
    });
    expect(paths.find((path) => path.from === "k8s-node-l1-1" && path.to === "k8s-node-l1-1")).toEqual({
      from: "k8s-node-l1-1",
      to: "k8s-node-l1-1",
      ttl: 63,
      encapsulation: null,
      mtu: 1450,
      via: [],
    });
  });
});

test("the default stack is the same fabric with three nodes", () => {
  const dev = planOf(stackValue("dev"));
  expect(dev.switches).toHaveLength(4);
  expect(dev.servers.map((node) => node.name)).toEqual(["k8s-master-l1-1", "k8s-node-l1-1", "k8s-node-l2-1"]);
  expect(dev.management.subnet).not.toBe(plan.management.subnet);
});
