/** Faults as a machine's answer shows them, and the rows of a check that must fail for each: "what: what is seen". */
import { withStatus } from "../../recorded/answers";

export interface NegativeCase {
  readonly check: string;
  readonly title: string;
  readonly lab: "bgp" | "vxlan";
  readonly machine: string;
  /** Key of the answer that changes (test/recorded/answers.ts). */
  readonly answer: string;
  /** The answer with the fault; null where the machine does not answer. */
  readonly change: (answer: string) => string | null;
  readonly fails: readonly string[];
  /** Rows are missing, because one that failed stands for them all. */
  readonly fewer?: true;
}

type Json = Record<string, unknown>;

/** Replaces text that must be there. */
const text =
  (from: string | RegExp, to: string) =>
  (answer: string): string =>
    answer.replace(from, to);
const silent = (): null => null;

/** Changes a JSON answer in place. */
const json =
  <T>(change: (value: T) => void) =>
  (answer: string): string => {
    const value = JSON.parse(answer) as T;
    change(value);
    return JSON.stringify(value);
  };

interface Kube {
  items: (Json & {
    kind: string;
    metadata: { name: string; namespace?: string; deletionTimestamp?: string };
    spec: Json;
    status: Json & { conditions?: { type: string; status: string; reason?: string }[] };
  })[];
}
type Item = Kube["items"][number];

/** Changes the objects of a kind whose names begin so. */
const objects = (kind: string, name: string, change: (item: Item) => void): NegativeCase["change"] =>
  json<Kube>(({ items }) => {
    for (const item of items) if (item.kind === kind && item.metadata.name.startsWith(name)) change(item);
  });
const without = (kind: string, name: string): NegativeCase["change"] =>
  json<Kube>((list) => {
    list.items = list.items.filter((item) => item.kind !== kind || !item.metadata.name.startsWith(name));
  });
const notReady = (item: Item): void => {
  const ready = item.status.conditions?.find(({ type }) => type === "Ready");
  if (ready === undefined) throw new Error(`${item.metadata.name} has no condition Ready`);
  ready.status = "False";
  ready.reason = "KubeletNotReady";
};
/** The pod on a node, of those whose names begin so. */
const pod = (name: string, node: string, change: (item: Item) => void): NegativeCase["change"] =>
  objects("Pod", name, (item) => {
    if (item.spec["nodeName"] === node) change(item);
  });

interface Summary {
  as: number;
  ribCount: number;
  peers: Record<string, { state: string; remoteAs: number; pfxRcd: number }>;
}
const summary = (change: (value: Summary) => void): NegativeCase["change"] => json<Summary>(change);
interface Table {
  routes: Record<string, { peerId: string }[]>;
}
interface Route {
  dst: string;
  dev?: string;
  gateway?: string;
  protocol?: string;
  nexthops?: { gateway: string; dev: string }[];
}
const routes =
  (change: (value: Route[]) => Route[]): NegativeCase["change"] =>
  (answer) =>
    JSON.stringify(change(JSON.parse(answer) as Route[]));

const MASTER = "k8s-master-l1-1";
const NODE1 = "k8s-node-l1-1";
const NODE2 = "k8s-node-l2-1";
const ALL = "kubectl nodes,pods,deployments,services";
const POOLS = "kubectl ippools.crd.projectcalico.org";
/** Addresses of the two pods of the workload, and of its service, in the recorded labs. */
const POD1 = "10.67.209.3";
const POD2 = { bgp: "10.68.86.128", vxlan: "10.68.86.129" } as const;
const SERVICE = "10.87.185.212";

const FABRIC: readonly NegativeCase[] = [
  {
    check: "machines",
    title: "another machine answers",
    lab: "bgp",
    machine: "leaf1",
    answer: "hostname",
    change: text("leaf-sw1", "leaf-sw9"),
    fails: ["leaf1: leaf-sw9.lab.local"],
  },
  {
    check: "machines",
    title: "a machine does not answer",
    lab: "bgp",
    machine: "spine2",
    answer: "hostname",
    change: silent,
    fails: ["spine2: spine2 does not answer"],
  },
  {
    check: "interfaces",
    title: "an MTU was changed",
    lab: "bgp",
    machine: NODE2,
    answer: "interfaces",
    change: (answer) => withStatus(answer.replace(/(mtu \d+ +)\[pass\]/, "mtu 1400 [fail]"), 1),
    fails: [`${NODE2}: mtu 1400`],
  },
  {
    check: "interfaces",
    title: "an interface is down",
    lab: "bgp",
    machine: "leaf2",
    answer: "interfaces",
    change: (answer) => withStatus(`${answer}swp51 is down [fail]\n`, 1),
    fails: ["leaf2: swp51 is down"],
  },
  {
    check: "reverse-path",
    title: "an interface drops what comes from elsewhere",
    lab: "bgp",
    machine: NODE1,
    answer: "reverse path",
    change: text("eth1.rp_filter = 0", "eth1.rp_filter = 1"),
    fails: [`${NODE1}: eth1 strict`],
  },
  {
    check: "reverse-path",
    title: "the value for all interfaces is greater than their own",
    lab: "bgp",
    machine: "client1",
    answer: "reverse path",
    change: text("conf.all.rp_filter = 0", "conf.all.rp_filter = 2"),
    fails: ["client1: eth1 loose"],
  },
  {
    check: "sessions",
    title: "a session is down",
    lab: "bgp",
    machine: "spine1",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.1"]!.state = "Active";
    }),
    fails: ["spine1 to leaf1 172.16.0.1: Active, AS 65101"],
  },
  {
    check: "sessions",
    title: "a neighbor has another AS number",
    lab: "bgp",
    machine: "spine2",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.7"]!.remoteAs = 65199;
    }),
    fails: ["spine2 to leaf2 172.16.0.7: Established, AS 65199"],
  },
  {
    check: "sessions",
    title: "there is a neighbor too many",
    lab: "bgp",
    machine: "spine1",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.9"] = { state: "Active", remoteAs: 65109, pfxRcd: 0 };
    }),
    fails: ["spine1 all neighbors: 3: 172.16.0.1, 172.16.0.3, 172.16.0.9"],
  },
  {
    check: "sessions",
    title: "a router has another AS number",
    lab: "vxlan",
    machine: "leaf2",
    answer: "bgp summary",
    change: summary((value) => {
      value.as = 65199;
    }),
    fails: ["leaf2 BGP speaker: AS 65199, router ID 172.16.255.102"],
  },
  {
    check: "prefixes",
    title: "a neighbor sends one prefix less",
    lab: "vxlan",
    machine: "leaf1",
    answer: "bgp table",
    change: json<Table>(({ routes: table }) => {
      table["10.0.102.0/24"] = table["10.0.102.0/24"]!.filter(({ peerId }) => peerId !== "172.16.0.0");
    }),
    fails: ["leaf1 from spine1 172.16.0.0: 3: missing 10.0.102.0/24"],
  },
  {
    check: "prefixes",
    title: "FRR counts more than the table has",
    lab: "vxlan",
    machine: "leaf1",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.0"]!.pfxRcd = 9;
    }),
    fails: ["leaf1 from spine1 172.16.0.0: 9"],
  },
  {
    check: "tables",
    title: "a prefix is in no table",
    lab: "bgp",
    machine: "leaf1",
    answer: "bgp table",
    change: json<Table>(({ routes: table }) => {
      delete table["10.0.102.0/24"];
    }),
    fails: ["leaf1 prefixes: 9, missing 10.0.102.0/24"],
  },
  {
    check: "tables",
    title: "the count of entries differs",
    lab: "bgp",
    machine: "spine2",
    answer: "bgp summary",
    change: summary((value) => {
      value.ribCount = 17;
    }),
    fails: ["spine2 RIB entries: 17"],
  },
  {
    check: "outcome",
    title: "a path is missing that would be used beside the best",
    lab: "vxlan",
    machine: "leaf1",
    answer: "bgp table",
    change: json<Table>(({ routes: table }) => {
      table["10.0.102.0/24"] = table["10.0.102.0/24"]!.filter(({ peerId }) => peerId !== "172.16.0.0");
    }),
    fails: ["leaf1 10.0.102.0/24 from spine1: nothing"],
  },
  {
    check: "outcome",
    title: "a switch does not answer",
    lab: "vxlan",
    machine: "spine1",
    answer: "bgp table",
    change: silent,
    fails: ["spine1: spine1 does not answer"],
    fewer: true,
  },
  {
    check: "forwarding",
    title: "a switch uses one of two next hops",
    lab: "bgp",
    machine: "leaf1",
    answer: "routes",
    change: routes((all) =>
      all.map((route) => (route.dst === "10.0.102.0/24" ? { ...route, nexthops: route.nexthops!.slice(0, 1) } : route)),
    ),
    fails: ["leaf1 10.0.102.0/24: via 172.16.0.0"],
  },
  {
    check: "forwarding",
    title: "a switch has a learned route too many",
    lab: "bgp",
    machine: "spine1",
    answer: "routes",
    change: routes((all) => [...all, { dst: "10.99.0.0/16", gateway: "172.16.0.1", dev: "swp1", protocol: "bgp" }]),
    fails: ["spine1 other routes of BGP: 10.99.0.0/16"],
  },
  {
    check: "forwarding",
    title: "an address of a switch has moved",
    lab: "bgp",
    machine: "leaf1",
    answer: "routes",
    change: routes((all) =>
      all.map((route) => (route.dst === "172.16.0.4/31" ? { ...route, dst: "172.16.0.6/31" } : route)),
    ),
    fails: ["leaf1 connected: 10.0.101.0/24, 172.16.0.0/31, 172.16.0.6/31"],
  },
  {
    check: "forwarding",
    title: "a node leaves by its management interface",
    lab: "vxlan",
    machine: NODE2,
    answer: "routes",
    change: routes((all) =>
      all.map((route) => (route.dst === "default" ? { dst: "default", gateway: "192.168.232.1", dev: "eth0" } : route)),
    ),
    fails: [`${NODE2} default: 192.168.232.1 dev eth0`],
  },
  {
    check: "forwarding",
    title: "a node has no default route",
    lab: "bgp",
    machine: NODE1,
    answer: "routes",
    change: routes((all) => all.filter(({ dst }) => dst !== "default")),
    fails: [`${NODE1} default: none`],
  },
  {
    check: "reserved-ranges",
    title: "a node has a route into Docker's range",
    lab: "bgp",
    machine: NODE1,
    answer: "routes",
    change: routes((all) => [...all, { dst: "172.17.4.0/24", dev: "docker0", protocol: "kernel" }]),
    fails: [`${NODE1} routes in it: 172.17.4.0/24`],
  },
];

const CLUSTER: readonly NegativeCase[] = [
  {
    check: "nodes",
    title: "a node is not ready",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: objects("Node", NODE1, notReady),
    fails: [`${NODE1}: not Ready (KubeletNotReady), v1.34.4, 10.0.101.101`],
  },
  {
    check: "nodes",
    title: "a node has another version",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: objects("Node", NODE1, ({ status }) => {
      status["nodeInfo"] = { kubeletVersion: "v1.33.0" };
    }),
    fails: [`${NODE1}: Ready, v1.33.0, 10.0.101.101`],
  },
  {
    check: "nodes",
    title: "a node has its management address",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: objects("Node", NODE2, ({ status }) => {
      status["addresses"] = [{ type: "InternalIP", address: "192.168.232.7" }];
    }),
    fails: [`${NODE2}: Ready, v1.34.4, 192.168.232.7`],
  },
  {
    check: "nodes",
    title: "a node is missing",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: without("Node", NODE2),
    fails: [`${NODE2}: not in the cluster`],
  },
  {
    check: "nodes",
    title: "a node is in the cluster that nobody planned",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: json<Kube>(({ items }) => {
      items.push({ ...items[0]!, metadata: { name: "stranger" } });
    }),
    fails: ["other nodes: stranger"],
  },
  {
    check: "system",
    title: "calico-node is not ready on one node",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: pod("calico-node", NODE2, notReady),
    fails: [`calico-node on ${NODE2}: Running, not Ready`],
  },
  {
    check: "system",
    title: "kube-proxy is gone from one node",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: pod("kube-proxy", MASTER, (item) => {
      item.spec["nodeName"] = "elsewhere";
    }),
    fails: [`kube-proxy on ${MASTER}: 0 pods`],
  },
  {
    check: "system",
    title: "cluster DNS lacks a replica",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: objects("Deployment", "coredns", ({ status }) => {
      status["readyReplicas"] = 1;
    }),
    fails: ["coredns: 1 of 2 Ready"],
  },
  {
    check: "system",
    title: "Calico's controllers are not there",
    lab: "vxlan",
    machine: MASTER,
    answer: ALL,
    change: without("Deployment", "calico-kube-controllers"),
    fails: ["calico-kube-controllers: no such deployment"],
  },
  {
    check: "workload",
    title: "a replica is being deleted",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: pod("nginx-deployment", NODE2, ({ metadata }) => {
      metadata.deletionTimestamp = "2026-11-26T02:00:00Z";
    }),
    fails: ["space1/nginx-deployment replicas: 1", `nodes with a replica: 1: ${NODE1}`],
  },
  {
    check: "workload",
    title: "both replicas are on one node",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: pod("nginx-deployment", NODE2, ({ spec }) => {
      spec["nodeName"] = NODE1;
    }),
    fails: [`nodes with a replica: 1: ${NODE1}`],
  },
  {
    check: "workload",
    title: "the deployment waits for a replica",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: objects("Deployment", "nginx-deployment", ({ status }) => {
      delete status["readyReplicas"];
    }),
    fails: ["space1/nginx-deployment: 0 of 2 Ready"],
  },
];

const CALICO: readonly NegativeCase[] = [
  {
    check: "overlay",
    title: "the pool has another encapsulation",
    lab: "vxlan",
    machine: MASTER,
    answer: POOLS,
    change: text('"vxlanMode":"Always"', '"vxlanMode":"CrossSubnet"'),
    fails: ["IP pools: 10.64.0.0/12, blocks /26, VXLAN CrossSubnet, IPIP Never"],
  },
  {
    check: "overlay",
    title: "a node's VXLAN device has another VNI",
    lab: "vxlan",
    machine: NODE1,
    answer: "vxlan device",
    change: text('"id":4096', '"id":4097'),
    fails: [`${NODE1} vxlan.calico: VNI 4097, UDP 4789, from 10.0.101.101, mtu 1450`],
  },
  {
    check: "overlay",
    title: "a node's VXLAN device is gone",
    lab: "vxlan",
    machine: NODE2,
    answer: "vxlan device",
    change: () => "[]",
    fails: [`${NODE2} vxlan.calico: no such device`],
  },
  {
    check: "overlay",
    title: "BIRD runs though BGP is off",
    lab: "vxlan",
    machine: NODE2,
    answer: "bgp speakers",
    change: () => "bird\nport 179 LISTEN\n",
    fails: [`${NODE2} BGP speakers: bird, port 179 LISTEN`],
  },
  {
    check: "node-bgp",
    title: "a node's session is down",
    lab: "bgp",
    machine: NODE2,
    answer: "calico peers",
    change: text("up    | 02:14:17 | Established", "start | 02:14:17 | Connect    "),
    fails: [`${NODE2} to leaf2 10.0.102.1: Connect`],
  },
  {
    check: "node-bgp",
    title: "a node has another peer",
    lab: "bgp",
    machine: NODE2,
    answer: "calico peers",
    change: text("10.0.102.1  ", "10.0.102.9  "),
    fails: [`${NODE2} to leaf2 10.0.102.1: no such peer`, `${NODE2} other peers: 10.0.102.9`],
  },
  {
    check: "node-bgp",
    title: "a tunnel is left from another mode",
    lab: "bgp",
    machine: NODE1,
    answer: "tunnels",
    change: () => "vxlan.calico\n",
    fails: [`${NODE1} tunnels: vxlan.calico`],
  },
  {
    check: "node-bgp",
    title: "the pool encapsulates",
    lab: "bgp",
    machine: MASTER,
    answer: POOLS,
    change: text('"vxlanMode":"Never"', '"vxlanMode":"Always"'),
    fails: ["IP pools: 10.64.0.0/12, blocks /26, VXLAN Always, IPIP Never"],
  },
  {
    check: "node-tables",
    title: "BIRD has a path by another AS",
    lab: "bgp",
    machine: NODE1,
    answer: "bird",
    change: text("BGP.as_path: 65101 65002\n", "BGP.as_path: 65101 65009\n"),
    fails: [
      `${NODE1} BGP table: missing 172.16.255.2/32 from 10.0.101.1 [65101 65002] via 10.0.101.1; unexpected 172.16.255.2/32 from 10.0.101.1 [65101 65009] via 10.0.101.1; best instead of another 172.16.255.2/32 from 10.0.101.1 [65101 65009] via 10.0.101.1`,
    ],
  },
];

const TRAFFIC: readonly NegativeCase[] = [
  {
    check: "pod-paths",
    title: "packets come from another distance",
    lab: "vxlan",
    machine: NODE1,
    answer: "traffic",
    change: text(/^(64 bytes .*) ttl=62/gm, "$1 ttl=61"),
    fails: [`${NODE1} ${POD1} > ${NODE2} ${POD2.vxlan}: 2 of 2, ttl=61`],
  },
  {
    check: "pod-paths",
    title: "a packet is lost",
    lab: "bgp",
    machine: NODE2,
    answer: "traffic",
    change: text(/^64 bytes .* icmp_seq=2 (.*\n)+?.*2 received/m, "2 packets transmitted, 1 received"),
    fails: [`${NODE2} ${POD2.bgp} > ${NODE1} ${POD1}: 1 of 2, ttl=59`],
  },
  {
    check: "pod-paths",
    title: "a node can't capture",
    lab: "bgp",
    machine: NODE2,
    answer: "traffic",
    change: (answer) => withStatus(answer, 1),
    fails: [expect.stringMatching(`^${NODE2}: ${NODE2}: .* ended with status 1`) as unknown as string],
  },
  {
    check: "encapsulation",
    title: "packets carry another VNI",
    lab: "vxlan",
    machine: NODE1,
    answer: "traffic",
    change: text(/vni 4096/g, "vni 4097"),
    fails: ["request", "reply"].map((type) => {
      const [from, to] = type === "request" ? ["10.0.101.101", "10.0.102.101"] : ["10.0.102.101", "10.0.101.101"];
      return `${NODE1} ${POD1} > ${NODE2} ${POD2.vxlan}, ${type}: UDP 4789 VNI 4097 ${from} > ${to}`;
    }),
  },
  {
    check: "encapsulation",
    title: "answers never come by the wire",
    lab: "bgp",
    machine: NODE2,
    answer: "traffic",
    change: text(new RegExp(`^.* ${POD1} > .*: ICMP echo reply.*\n`, "gm"), ""),
    fails: [`${NODE2} ${POD2.bgp} > ${NODE1} ${POD1}, reply: not seen`],
  },
  {
    check: "encapsulation",
    title: "a packet goes the other mode's way",
    lab: "bgp",
    machine: NODE1,
    answer: "traffic",
    change: (answer) =>
      `${answer}02:00:00.0 a > b, ethertype IPv4 (0x0800), length 148: 10.0.101.101.4 > 10.0.102.101.4789: VXLAN, flags [I] (0x08), vni 4096\na > b, ethertype IPv4 (0x0800), length 98: ${POD1} > 10.64.0.9: ICMP echo request, id 1, seq 1, length 64\n`,
    fails: [`${NODE1} encapsulated pod ICMP on the wire: 1 packets, first ${POD1} > 10.64.0.9`],
  },
  {
    check: "pod-mtu",
    title: "a pod has another MTU",
    lab: "bgp",
    machine: NODE2,
    answer: "pod namespaces",
    change: text('"mtu":1450', '"mtu":1440'),
    fails: [expect.stringMatching(/^space1\/nginx-deployment-\S+: 1440$/) as unknown as string],
  },
  {
    check: "pod-mtu",
    title: "a full-sized packet does not arrive",
    lab: "vxlan",
    machine: NODE1,
    answer: "traffic",
    change: text(/^1430 bytes (.*\n)+?1 packets transmitted, 1 received/m, "1 packets transmitted, 0 received"),
    fails: [`${NODE1} ${POD1} > ${NODE2} ${POD2.vxlan}, 1450 bytes: lost`],
  },
  {
    check: "service",
    title: "requests get no answer",
    lab: "bgp",
    machine: NODE1,
    answer: "service",
    change: text("HTTP 200 from 59808", "HTTP 000 from 59808"),
    fails: [`${NODE1} ${POD1} > ${SERVICE}: 23 of 24 answers 200 (others 000), 2 backends`],
  },
  {
    check: "service",
    title: "all requests go to one backend",
    lab: "vxlan",
    machine: NODE2,
    answer: "service",
    change: text(new RegExp(`^tcp .* src=${POD1.replace(/\./g, "\\.")} .*\n`, "gm"), ""),
    fails: [`${NODE2} ${POD2.vxlan} > ${SERVICE}: 24 of 24 answers 200, 1 backends`],
  },
  {
    check: "outside",
    title: "a pod does not answer",
    lab: "bgp",
    machine: "client1",
    answer: `ping ${POD1}`,
    change: () => "2 packets transmitted, 0 received, 100% packet loss, time 1001ms\n",
    fails: [`client1 > ${NODE1} ${POD1}: 0 of 2`],
  },
  {
    check: "outside",
    title: "the service ends answering",
    lab: "bgp",
    machine: "client1",
    answer: `http ${SERVICE}`,
    change: (answer) => `${answer.split("\n").slice(0, 3).join("\n")}\nno answer\n`,
    fails: [`client1 > nginx-service ${SERVICE}: 4 answers: HTTP 200, no answer`],
  },
  {
    check: "dns",
    title: "a name has another address",
    lab: "bgp",
    machine: NODE1,
    answer: "dns nginx-service.space1.svc.cluster.local",
    change: text(/10\.87\.185\.212/g, "10.87.185.213"),
    fails: [`${NODE1} ${POD1}: nginx-service.space1.svc.cluster.local: 10.87.185.213`],
  },
  {
    check: "dns",
    title: "nobody answers",
    lab: "vxlan",
    machine: NODE2,
    answer: "dns nginx-service.space1.svc.cluster.local",
    change: () => "",
    fails: [`${NODE2} ${POD2.vxlan}: nginx-service.space1.svc.cluster.local: none`],
  },
];

export const NEGATIVE_CASES: readonly NegativeCase[] = [...FABRIC, ...CLUSTER, ...CALICO, ...TRAFFIC];
