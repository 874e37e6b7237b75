import { homeOf, nodesOf } from "../../../plan/lookup";
import { readSpec } from "../../../lab-spec";
import { clusterLab, type ClusterLabPlan } from "../../../plan/cluster";
import { allocate, planOf, type LabPlan } from "../../../plan";
import { encapsulationOf, outerText } from "../../../plan/encapsulation";
import { overheadOf } from "../../../plan/mtu";
import { blocksFor, endpointNamed, tracerOf, type Path } from "../../../plan/paths";
import { predictLab } from "../../../plan/prediction";
import { bgpConfiguration, bgpPeers, felixConfiguration, ipPool } from "../../../plan/render";
import { smallLab } from "./labs";
import { wayText } from "./paths-labs";

/** The small lab, master1 and node1 on leaf1 and node2 on leaf2, whether or not this version builds it. */
function lab(calico: object, more: object = {}): ClusterLabPlan {
  const { spec, problems } = readSpec({ ...smallLab(), calico, ...more });
  expect(problems).toEqual([]);
  return clusterLab(planOf(allocate(spec!)));
}

function headerText(plan: ClusterLabPlan, from: string, to: string): string {
  const node = (name: string) => nodesOf(plan).find((each) => each.name === name)!;
  const header = encapsulationOf(plan, homeOf(node(from)), homeOf(node(to)));
  return header === null ? "plain" : `${outerText(header)}, ${header.overhead}`;
}

const VXLAN = "UDP 4789 VNI 4096";

describe("the outer header between two nodes", () => {
  test.each<[encapsulation: string, within: string, across: string]>([
    ["None", "plain", "plain"],
    ["IPIP", "IP protocol 4 10.0.101.11 > 10.0.101.101, 20", "IP protocol 4 10.0.101.11 > 10.0.102.102, 20"],
    ["IPIPCrossSubnet", "plain", "IP protocol 4 10.0.101.11 > 10.0.102.102, 20"],
    ["VXLAN", `${VXLAN} 10.0.101.11 > 10.0.101.101, 50`, `${VXLAN} 10.0.101.11 > 10.0.102.102, 50`],
    ["VXLANCrossSubnet", "plain", `${VXLAN} 10.0.101.11 > 10.0.102.102, 50`],
  ])("with %s is %s within a rack, %s across", (encapsulation, within, across) => {
    const plan = lab({ encapsulation });
    expect([
      headerText(plan, "master1", "node1"),
      headerText(plan, "master1", "node2"),
      headerText(plan, "node2", "node2"),
    ]).toEqual([within, across, "plain"]);
  });

  test("carries the lab's own port and VNI", () => {
    expect(headerText(lab({ vxlan: { port: 4790, vni: 7 } }), "node2", "node1")).toBe(
      "UDP 4790 VNI 7 10.0.102.102 > 10.0.101.101, 50",
    );
  });
});

test.each<[encapsulation: string, overhead: number, podMtu: number]>([
  ["None", 0, 1500],
  ["IPIP", 20, 1480],
  ["IPIPCrossSubnet", 20, 1480],
  ["VXLAN", 50, 1450],
  ["VXLANCrossSubnet", 50, 1450],
])("%s takes %i bytes of the links' 1500 and leaves pods %i", (encapsulation, overhead, podMtu) => {
  const { calico } = lab({ encapsulation });
  expect([overheadOf(calico.encapsulation), calico.podMtu]).toEqual([overhead, podMtu]);
});

describe("Calico's resources", () => {
  test.each<[encapsulation: string, ipipMode: string, vxlanMode: string, natOutgoing: boolean]>([
    ["None", "Never", "Never", false],
    ["IPIP", "Always", "Never", true],
    ["IPIPCrossSubnet", "CrossSubnet", "Never", true],
    ["VXLAN", "Never", "Always", true],
    ["VXLANCrossSubnet", "Never", "CrossSubnet", true],
  ])("the pool of %s: IPIP %s, VXLAN %s, NAT %s", (encapsulation, ipipMode, vxlanMode, natOutgoing) => {
    expect(ipPool(lab({ encapsulation }))["spec"]).toMatchObject({ ipipMode, vxlanMode, natOutgoing });
  });

  test("Felix makes the tunnel of the kind, and no other", () => {
    expect(felixConfiguration(lab({ encapsulation: "IPIP" }))["spec"]).toEqual({
      vxlanPort: 4789,
      vxlanVNI: 4096,
      ipipEnabled: true,
    });
    expect(felixConfiguration(lab({ encapsulation: "VXLANCrossSubnet" }))["spec"]).toMatchObject({
      vxlanEnabled: true,
    });
  });

  test("a mesh has no peers of its own, and the leaves no sessions with nodes", () => {
    const plan = lab({ routing: "mesh" });
    expect(bgpPeers(plan)).toEqual({ first: [], then: [] });
    expect(bgpConfiguration(plan)?.["spec"]).toMatchObject({ nodeToNodeMeshEnabled: true });
    expect(plan.switches.flatMap((each) => each.neighbors).map((each) => each.kind)).not.toContain("node");
    expect(plan.sessions.map((each) => each.kind).filter((kind) => kind !== "fabric")).toEqual([
      "mesh",
      "mesh",
      "mesh",
    ]);
  });
});

describe("a node's kernel routes to pods", () => {
  const routes = (plan: LabPlan, node: string): string[] =>
    predictLab(plan)
      .fib(node)
      .filter((each) => each.prefix.startsWith("10.64."))
      .map(
        (each) =>
          `${each.prefix} ${each.kind} ${each.nextHops.map((hop) => `${hop.address} ${hop.interface}`).join(", ")}`,
      );

  test("with IPIP lead into the tunnel, to the node itself", () => {
    expect(routes(lab({ encapsulation: "IPIP" }), "node1")).toEqual([
      "10.64.0.0/26 bgp 10.0.101.11 tunl0",
      "10.64.0.64/26 blackhole ",
      "10.64.0.128/26 bgp 10.0.102.102 tunl0",
    ]);
  });

  test("with IPIPCrossSubnet lead into the tunnel to other racks only", () => {
    expect(routes(lab({ encapsulation: "IPIPCrossSubnet" }), "node1")).toEqual([
      "10.64.0.0/26 bgp 10.0.101.11 eth1",
      "10.64.0.64/26 blackhole ",
      "10.64.0.128/26 bgp 10.0.102.102 tunl0",
    ]);
  });

  test("with reflectors too, whose leaves are not the next hops", () => {
    const plan = lab({ encapsulation: "IPIP", bgp: { routeReflectors: ["master1", "node2"] } });
    expect(routes(plan, "node1")).toEqual([
      "10.64.0.0/26 bgp 10.0.101.11 tunl0",
      "10.64.0.64/26 blackhole ",
      "10.64.0.128/26 bgp 10.0.102.102 tunl0",
    ]);
  });

  test("with IPIP through the leaves end on the leaf, which a rule refuses", () => {
    expect(routes(lab({ routing: "fabric", encapsulation: "IPIP" }), "node1")).toContain(
      "10.64.0.128/26 bgp 10.0.101.1 tunl0",
    );
  });
});

describe("pods' packets", () => {
  const trace = (plan: LabPlan, from: string, to: string): Path => {
    const prediction = predictLab(plan);
    const end = (name: string): ReturnType<typeof endpointNamed> =>
      endpointNamed(name, plan, blocksFor(plan, prediction));
    return tracerOf(plan, prediction).trace(end(from), end(to));
  };
  const headers = (path: Path): string[] => [
    ...new Set(
      path.steps
        .flat()
        .flatMap((hop) => hop.out)
        .filter((each) => each.link !== "veth")
        .map((each) => (each.encapsulation === null ? "plain" : outerText(each.encapsulation))),
    ),
  ];
  const WITHIN = "pod:node1 send > node1 route > leaf1 bridge > master1 route > pod:master1 receive";
  const ACROSS =
    "pod:node1 send > node1 route > leaf1 route > {spine1 route, spine2 route} > leaf2 route > node2 route > pod:node2 receive";

  test.each<[encapsulation: string, within: string, across: string, largest: number]>([
    ["IPIP", "IP protocol 4 10.0.101.101 > 10.0.101.11", "IP protocol 4 10.0.101.101 > 10.0.102.102", 1480],
    ["IPIPCrossSubnet", "plain", "IP protocol 4 10.0.101.101 > 10.0.102.102", 1480],
    ["VXLAN", `${VXLAN} 10.0.101.101 > 10.0.101.11`, `${VXLAN} 10.0.101.101 > 10.0.102.102`, 1450],
    ["VXLANCrossSubnet", "plain", `${VXLAN} 10.0.101.101 > 10.0.102.102`, 1450],
  ])("with %s travel as %s within a rack, %s across", (encapsulation, within, across, largest) => {
    const plan = lab({ encapsulation });
    const [near, far] = [trace(plan, "pod:node1", "pod:master1"), trace(plan, "pod:node1", "pod:node2")];
    expect([wayText(near), headers(near), near.ttls, near.mtu.largest]).toEqual([WITHIN, [within], [62], largest]);
    expect([wayText(far), headers(far), far.ttls, far.mtu.largest]).toEqual([ACROSS, [across], [62], largest]);
  });

  test("across subnets are routed by every switch where nothing encapsulates them", () => {
    const far = trace(lab({ encapsulation: "None" }), "pod:node1", "pod:node2");
    expect([headers(far), far.ttls]).toEqual([["plain"], [59]]);
  });

  test("through a tunnel that leads to a leaf are dropped there", () => {
    const path = trace(lab({ routing: "fabric", encapsulation: "IPIP" }), "pod:node1", "pod:node2");
    expect([path.verdict, path.drops]).toEqual([
      "dropped",
      [
        {
          at: "leaf1",
          cause: "no tunnel",
          reason: "leaf1 has 10.0.101.1, where the outer header leads, and no tunnel",
        },
      ],
    ]);
  });

  test("of a plain mesh across racks are dropped by the fabric, which a rule refuses", () => {
    const plan = lab({ routing: "mesh", encapsulation: "None" });
    expect(trace(plan, "pod:node1", "pod:node2")).toMatchObject({ verdict: "dropped", drops: [{ cause: "no route" }] });
    expect(trace(plan, "pod:node1", "pod:master1")).toMatchObject({ verdict: "arrives" });
  });

  test("leave with their node's address where the fabric doesn't know pods: a host's answer comes back to it", () => {
    const hosts = [{ name: "host1", leaf: "leaf2" }];
    const strict = { hosts, rpFilter: "strict" };
    expect(trace(lab({ encapsulation: "IPIP" }, strict), "pod:node1", "host1")).toMatchObject({ verdict: "arrives" });
    expect(trace(lab({ encapsulation: "IPIP" }, strict), "host1", "pod:node1")).toMatchObject({ verdict: "dropped" });
  });
});
