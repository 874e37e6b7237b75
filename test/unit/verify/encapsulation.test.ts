import { readSpec } from "../../../lab-spec";
import { clusterLab, type ClusterLabPlan } from "../../../plan/cluster";
import { allocate, planOf, podPaths } from "../../../plan";
import { nodeRows, otherRows } from "../../../verify/checks/encapsulation";
import { parseCapture, type CapturedEcho } from "../../../verify/facts/tcpdump";
import { trafficScript, type NodeTraffic } from "../../../verify/facts/traffic";
import { smallLab } from "../plan/labs";

/** master1 and node1 on leaf1, node2 on leaf2. */
function lab(encapsulation: string): ClusterLabPlan {
  const { spec } = readSpec({ ...smallLab(), calico: { encapsulation } });
  return clusterLab(planOf(allocate(spec!)));
}

const pod = (node: string, address: string) => ({ node, address, namespace: "default", name: `pod-${node}` });
const MASTER = pod("master1", "10.64.0.1");
const NODE1 = pod("node1", "10.64.0.65");
const NODE2 = pod("node2", "10.64.0.129");

/** As tcpdump 4.99.3 of the machine images prints them on a node's uplink. */
const ethernet = (length: number): string =>
  `10:00:00.000000 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length ${length}: `;
const echo = (from: string, to: string, type: string): string =>
  `${from} > ${to}: ICMP echo ${type}, id 7, seq 1, length 64`;
const both = (line: (from: string, to: string, type: string) => string, from: string, to: string): string =>
  `${line(from, to, "request")}\n${line(to, from, "reply")}\n`;
const plain = (from: string, to: string): string => both((a, b, type) => ethernet(98) + echo(a, b, type), from, to);
const OUTER: Record<string, string> = {
  [MASTER.address]: "10.0.101.11",
  [NODE1.address]: "10.0.101.101",
  [NODE2.address]: "10.0.102.102",
};
const ipip = (from: string, to: string): string =>
  both((a, b, type) => `${ethernet(118)}${OUTER[a]} > ${OUTER[b]}: ${echo(a, b, type)}`, from, to);
const vxlan = (from: string, to: string): string =>
  both(
    (a, b, type) =>
      `${ethernet(148)}${OUTER[a]}.40000 > ${OUTER[b]}.4789: VXLAN, flags [I] (0x08), vni 4096\n66:00:00:00:00:01 > 66:00:00:00:00:02, ethertype IPv4 (0x0800), length 98: ${echo(a, b, type)}`,
    from,
    to,
  );

/** What node1 saw while its pod pinged the others'. */
function seen(text: string): NodeTraffic {
  const probes = [MASTER, NODE2].map((to) => ({ from: NODE1, to, kind: "normal" as const, result: null }));
  return { node: "node1", probes, captured: parseCapture(text) };
}

const failed = (plan: ClusterLabPlan, text: string): string[] =>
  [...nodeRows(podPaths(plan), seen(text)), ...otherRows(plan, seen(text))]
    .filter((row) => !row.ok)
    .map((row) => `${row.subject}: ${row.expected}, seen ${row.seen}`);

const [NEAR, FAR] = [MASTER.address, NODE2.address];
const OWN = NODE1.address;

describe("what a node's uplink carries", () => {
  test.each<[encapsulation: string, right: string]>([
    ["None", plain(OWN, NEAR) + plain(OWN, FAR)],
    ["IPIP", ipip(OWN, NEAR) + ipip(OWN, FAR)],
    ["IPIPCrossSubnet", plain(OWN, NEAR) + ipip(OWN, FAR)],
    ["VXLAN", vxlan(OWN, NEAR) + vxlan(OWN, FAR)],
    ["VXLANCrossSubnet", plain(OWN, NEAR) + vxlan(OWN, FAR)],
  ])("is as predicted with %s, and with no other", (encapsulation, right) => {
    expect(failed(lab(encapsulation), right)).toEqual([]);
    for (const other of ["None", "IPIP", "IPIPCrossSubnet", "VXLAN", "VXLANCrossSubnet"])
      if (other !== encapsulation) expect(failed(lab(other), right).length).toBeGreaterThan(0);
  });

  test("with CrossSubnet both ways are asked of both kinds of pairs", () => {
    expect(failed(lab("VXLANCrossSubnet"), vxlan(OWN, NEAR) + plain(OWN, FAR))).toEqual([
      "node1 10.64.0.65 > master1 10.64.0.1, request: no encapsulation, seen UDP 4789 VNI 4096 10.0.101.101 > 10.0.101.11",
      "node1 10.64.0.65 > master1 10.64.0.1, reply: no encapsulation, seen UDP 4789 VNI 4096 10.0.101.11 > 10.0.101.101",
      "node1 10.64.0.65 > node2 10.64.0.129, request: UDP 4789 VNI 4096 10.0.101.101 > 10.0.102.102, seen no encapsulation",
      "node1 10.64.0.65 > node2 10.64.0.129, reply: UDP 4789 VNI 4096 10.0.102.102 > 10.0.101.101, seen no encapsulation",
      "node1 plain pod ICMP to other subnets: none, seen 2 packets, first 10.64.0.65 > 10.64.0.129",
      "node1 encapsulated pod ICMP within its subnet: none, seen 2 packets, first 10.64.0.65 > 10.64.0.1",
    ]);
  });

  test("a packet of a pod in the other way fails where all travel in one", () => {
    const row = (encapsulation: string, captured: readonly CapturedEcho[]) =>
      otherRows(lab(encapsulation), { node: "node1", probes: [], captured });
    expect(row("VXLAN", parseCapture(plain(OWN, FAR)))).toMatchObject([
      { subject: "node1 plain pod ICMP on the wire", ok: false },
    ]);
    expect(row("None", parseCapture(ipip(OWN, FAR)))).toMatchObject([
      { subject: "node1 encapsulated pod ICMP on the wire", ok: false },
    ]);
    expect(row("None", parseCapture(plain("10.0.101.101", "10.0.102.102")))).toMatchObject([{ ok: true }]);
  });
});

test("the capture takes both kinds of tunnel, whichever the lab should have", () => {
  expect(trafficScript("eth1", 4790, [])).toContain("'udp port 4790 or ip proto 4 or icmp'");
});
