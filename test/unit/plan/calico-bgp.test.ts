import { nodeOf } from "../../../plan/lookup";
import {
  bgpConfiguration,
  bgpPeers,
  felixConfiguration,
  ipPool,
  kubeadmInit,
  neededSessions,
  passwordAccess,
  speakerMarks,
  switchFiles,
} from "../../../plan/render";
import { predictLab } from "../../../plan/prediction";
import { planOf, smallLab } from "./labs";

const bgp = (settings: object = {}, more: object = {}): ReturnType<typeof planOf> =>
  planOf({ ...smallLab(), calico: { mode: "bgp", bgp: settings }, ...more });
const frr = (plan: ReturnType<typeof planOf>, name: string): string =>
  switchFiles(plan, name, { bgpPassword: "s3cret" })["/etc/frr/frr.conf"] ?? "";

const peersOf = (plan: Parameters<typeof bgpPeers>[0]): ReturnType<typeof bgpPeers>["first"] => {
  const { first, then } = bgpPeers(plan);
  return [...first, ...then];
};

describe("the pool", () => {
  test("is encapsulated and translated in vxlan mode only", () => {
    expect(ipPool(planOf(smallLab()))["spec"]).toMatchObject({
      cidr: "10.64.0.0/12",
      blockSize: 26,
      vxlanMode: "Always",
      ipipMode: "Never",
      natOutgoing: true,
    });
    expect(ipPool(bgp())["spec"]).toMatchObject({ vxlanMode: "Never", ipipMode: "Never", natOutgoing: false });
  });

  test("may be a part of the pod CIDR: blocks, leaves' filters and the cluster's identity follow it", () => {
    const whole = bgp();
    const part = planOf({ ...smallLab(), calico: { mode: "bgp", pool: "10.64.128.0/17" } });
    expect(ipPool(part)["spec"]).toMatchObject({ cidr: "10.64.128.0/17" });
    expect(part.cluster.podCidr).toBe("10.64.0.0/12");
    expect(frr(part, "leaf1")).toContain("10.64.128.0/17 ge 26");
    expect(Object.values(predictLab(part).blocksOf).flat()).toEqual([
      "10.64.128.0/26",
      "10.64.128.64/26",
      "10.64.128.128/26",
    ]);
    // What kubeadm is started with decides whether the cluster is another one.
    expect(kubeadmInit(part)).toBe(`# pool of Calico: 10.64.128.0/17\n${kubeadmInit(whole)}`);
  });
});

test("VXLAN's port and VNI are Felix's configuration", () => {
  expect(felixConfiguration(planOf(smallLab()))["spec"]).toEqual({
    vxlanPort: 4789,
    vxlanVNI: 4096,
    vxlanEnabled: true,
  });
  expect(felixConfiguration(planOf({ ...smallLab(), calico: { vxlan: { port: 4790, vni: 4097 } } }))["spec"]).toEqual({
    vxlanPort: 4790,
    vxlanVNI: 4097,
    vxlanEnabled: true,
  });
});

describe("peers", () => {
  test("are none in vxlan mode", () => {
    const plan = planOf(smallLab());
    expect([peersOf(plan), bgpConfiguration(plan), passwordAccess(plan)]).toEqual([[], null, []]);
  });

  test("are each rack's nodes and their leaf; the mesh is off, services are announced", () => {
    expect(peersOf(bgp()).map((each) => [each.metadata.name, each["spec"]])).toEqual([
      ["leaf1", { nodeSelector: "rack == 'leaf1'", peerIP: "10.0.101.1", asNumber: 65101, keepOriginalNextHop: true }],
      ["leaf2", { nodeSelector: "rack == 'leaf2'", peerIP: "10.0.102.1", asNumber: 65102, keepOriginalNextHop: true }],
    ]);
    expect(bgpConfiguration(bgp())?.["spec"]).toMatchObject({
      nodeToNodeMeshEnabled: false,
      asNumber: 64512,
      serviceClusterIPs: [{ cidr: "10.80.0.0/12" }],
    });
  });

  test("allow their own AS number once where the leaf doesn't rewrite it", () => {
    expect(peersOf(bgp({ acrossRacks: "allowas-in" }))[0]?.["spec"]).toMatchObject({ numAllowedLocalASNumbers: 1 });
    expect(frr(bgp({ acrossRacks: "allowas-in" }), "leaf1")).not.toContain("as-override");
    expect(frr(bgp(), "leaf1")).toContain("  neighbor 10.0.101.11 as-override");
  });

  test("of their leaf's AS have nothing to override: FRR refuses it within an AS", () => {
    const fabric = {
      spines: 2,
      leaves: [{ name: "leaf1", bgp: { nextHopSelf: true, routeReflector: true } }, "leaf2"],
    };
    const plan = bgp({ as: 65101 }, { fabric });
    expect(frr(plan, "leaf1")).not.toContain("as-override");
    expect(frr(plan, "leaf2")).toContain("as-override");
  });

  test("are the reflectors where there are some, before the other nodes' sessions with leaves go: they alone peer with them", () => {
    const plan = bgp({ routeReflectors: ["node1", "node2"] });
    expect(peersOf(plan).map((each) => [each.metadata.name, each["spec"]])).toEqual([
      ["route-reflectors", { nodeSelector: "all()", peerSelector: "route-reflector == 'true'" }],
      [
        "leaf1",
        {
          nodeSelector: "rack == 'leaf1' && route-reflector == 'true'",
          peerIP: "10.0.101.1",
          asNumber: 65101,
          keepOriginalNextHop: true,
        },
      ],
      [
        "leaf2",
        {
          nodeSelector: "rack == 'leaf2' && route-reflector == 'true'",
          peerIP: "10.0.102.1",
          asNumber: 65102,
          keepOriginalNextHop: true,
        },
      ],
    ]);
    expect(frr(plan, "leaf1")).toContain("neighbor 10.0.101.101 remote-as 64512");
    expect(frr(plan, "leaf1")).not.toContain("neighbor 10.0.101.11 ");
    expect(plan.sessions.filter((each) => each.link === null).map((each) => [each.name, each.kind, each.type])).toEqual(
      [
        ["master1-node1", "reflector", "ibgp"],
        ["master1-node2", "reflector", "ibgp"],
        ["node1-node2", "reflector", "ibgp"],
      ],
    );
  });

  test("read their password from a Secret that they alone may read", () => {
    const plan = bgp({ password: true });
    expect(peersOf(plan)[0]?.["spec"]).toMatchObject({
      password: { secretKeyRef: { name: "bgp-password", key: "password" } },
    });
    expect(passwordAccess(plan)).toMatchObject([
      { kind: "Role", rules: [{ resourceNames: ["bgp-password"] }] },
      { kind: "RoleBinding", subjects: [{ name: "calico-node" }] },
    ]);
    expect(frr(plan, "leaf1")).toContain("neighbor 10.0.101.11 password s3cret");
    expect(JSON.stringify(plan)).not.toContain("s3cret");
  });
});

describe("a leaf", () => {
  test("takes pod blocks and services of its own rack, nothing else", () => {
    const text = frr(bgp(), "leaf1");
    for (const line of [
      "neighbor 10.0.101.11 prefix-list nodes-in in",
      "neighbor 10.0.101.11 route-map nodes-next-hop in",
      "ip prefix-list nodes-in seq 5 permit 10.64.0.0/12 ge 26 le 32",
      "ip prefix-list nodes-in seq 10 permit 10.80.0.0/12 le 32",
      "ip prefix-list nodes-next-hop seq 5 permit 10.0.101.0/24 le 32",
    ])
      expect(text).toContain(line);
    expect(frr(bgp({ filter: false }), "leaf1")).not.toContain("prefix-list");
  });

  test("listens to its subnet where nodes are not named", () => {
    const text = frr(bgp({ discovery: "range", maximumPrefix: 50, keepalive: 1, hold: 3 }), "leaf2");
    for (const line of [
      "neighbor nodes peer-group",
      "neighbor nodes remote-as 64512",
      "bgp listen range 10.0.102.0/24 peer-group nodes",
      "neighbor nodes maximum-prefix 50",
      "neighbor nodes timers 1 3",
    ])
      expect(text).toContain(line);
    expect(text).not.toContain("neighbor 10.0.102.101");
  });

  test("has no neighbor but its spines in vxlan mode", () => {
    expect(
      planOf(smallLab())
        .switches.flatMap((each) => each.neighbors)
        .every((each) => each.kind === "fabric"),
    ).toBe(true);
  });
});

describe("a node's own marks", () => {
  const of = (plan: ReturnType<typeof planOf>, name: string): string =>
    JSON.stringify(speakerMarks(nodeOf(plan, name), plan));

  test("name its rack; an AS number that doesn't apply is taken away, a reflector's marks stay until its sessions are replaced", () => {
    expect(of(bgp(), "node2")).toBe('{"annotations":{"projectcalico.org/ASNumber":null},"labels":{"rack":"leaf2"}}');
  });

  test("give its AS number where a rack has its own", () => {
    expect(of(bgp({ nodeAs: "rack" }), "node2")).toContain('"projectcalico.org/ASNumber":"64602"');
  });

  test("give its cluster ID where it reflects", () => {
    expect(of(bgp({ routeReflectors: ["node1", "node2"] }), "node1")).toBe(
      '{"annotations":{"projectcalico.org/ASNumber":null,"projectcalico.org/RouteReflectorClusterID":"244.0.0.1"},"labels":{"rack":"leaf1","route-reflector":"true"}}',
    );
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ["with leaves", {}, "master1 10.0.101.1\nnode1 10.0.101.1\nnode2 10.0.102.1\n"],
  [
    "between nodes, where there are reflectors",
    { routeReflectors: ["node1", "node2"] },
    "master1 10.0.101.101 10.0.102.102\nnode1 10.0.101.11 10.0.102.102\nnode2 10.0.101.11 10.0.101.101\n",
  ],
])("the sessions that routes depend on are those %s", (_, more, text) => {
  expect(neededSessions(bgp(more))).toBe(text);
});

test("a multihop neighbor isn't taken for one on a link when it calls while it is called", () => {
  const spine = { name: "spine1", neighbors: [{ address: "172.16.0.1", remoteAs: 65101, multihop: 3 }] };
  const text = frr(planOf({ ...smallLab(), fabric: { spines: [spine, "spine2"], leaves: 2 } }), "spine1");
  expect(text).toContain(" neighbor 172.16.0.1 ebgp-multihop 3\n neighbor 172.16.0.1 disable-connected-check\n");
});
