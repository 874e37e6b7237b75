import { fabric, more, node, type RuleCase } from "./rule-case";

/** Ports, membership, pools, sizes, versions, names. */
export const OTHER_CASES: readonly RuleCase[] = [
  [
    "a node on an uplink port",
    node(1, { port: 51 }),
    `nodes[1].port: swp51 of leaf1 is taken by spine1 and node1 [duplicate-port]
    fabric.links.firstUplinkPort: swp51 to spine1
    nodes[1].port: 51
    remedy: Give the node a free port, or move fabric.links.firstUplinkPort.`,
  ],
  [
    "a worker on the control plane's port",
    node(1, { port: 41 }),
    `nodes[1].port: swp41 of leaf1 is taken by master1 and node1 [duplicate-port]
    nodes[0].port: 41 (default)
    nodes[1].port: 41
    remedy: Give the node a free port, or move fabric.links.firstUplinkPort.`,
  ],
  [
    "an unknown leaf",
    node(1, { leaf: "laef1" }),
    `nodes[1].leaf: node1 is on "laef1", which is no leaf of this lab [unknown-leaf]
    nodes[1].leaf: laef1
    fabric.leaves: leaf1, leaf2
    remedy: Did you mean "leaf1"?`,
  ],
  [
    "no control plane",
    node(0, { role: "worker", index: 9 }),
    `nodes: no node has role control-plane [control-plane]
    remedy: Give one node role: control-plane.`,
  ],
  [
    "two control planes",
    node(2, { role: "control-plane" }),
    `nodes: 2 nodes have role control-plane: master1, node2 [control-plane]
    nodes[0].role: control-plane
    nodes[2].role: control-plane
    remedy: Leave one; let the others be workers.`,
  ],
  [
    "no spine",
    fabric({ spines: [] }),
    `fabric.spines: the fabric has no spines [fabric-size]
    remedy: Write spines: 2, or a list of names.`,
  ],
  [
    "a link pool too small",
    fabric({ links: { pool: "172.16.0.0/30" } }),
    `fabric.links.pool: 172.16.0.0/30 has 2 /31 links, and the numbering reaches 4: 2 of 4 links have none [link-pool]
    fabric.links.pool: 172.16.0.0/30
    remedy: Use a pool of /29 or shorter, for example 172.16.0.0/29.`,
  ],
  [
    "a loopback pool too small",
    fabric({ loopbacks: "172.16.255.0/27", leaves: ["leaf1", { name: "leaf2", loopback: "172.16.254.2" }] }),
    `fabric.leaves[0].loopback: leaf1 with index 1 is beyond the loopback pool 172.16.255.0/27 [pool-exhausted]
    fabric.leaves[0].index: 1 (default)
    fabric.loopbacks: 172.16.255.0/27
    remedy: Use a lower index, a larger fabric.loopbacks, or write the value here.`,
  ],
  [
    "a pool of server subnets too small",
    fabric({ serverSubnets: "10.0.0.0/18", leaves: ["leaf1", { name: "leaf2", serverSubnet: "10.0.102.0/24" }] }),
    `fabric.leaves[0].serverSubnet: leaf1 with index 1 is beyond the pool of server subnets 10.0.0.0/18 [pool-exhausted]
    fabric.leaves[0].index: 1 (default)
    fabric.serverSubnets: 10.0.0.0/18
    remedy: Use a lower index, a larger fabric.serverSubnets, or write the value here.`,
  ],
  [
    "fewer blocks than nodes",
    more({ kubernetes: { podCidr: "10.64.0.0/23" }, calico: { blockSize: 24 } }),
    `kubernetes.podCidr: pod CIDR 10.64.0.0/23 has 2 blocks of /24 for 3 nodes [pod-blocks]
    kubernetes.podCidr: 10.64.0.0/23
    calico.blockSize: 24
    remedy: Use a pod CIDR of /22 or shorter, for example 10.64.0.0/22.`,
  ],
  [
    "a service CIDR kubeadm refuses",
    more({ kubernetes: { serviceCidr: "10.80.0.0/29" } }),
    `kubernetes.serviceCidr: service CIDR 10.80.0.0/29 is outside /12 to /28, which kubeadm refuses [service-cidr-size]
    kubernetes.serviceCidr: 10.80.0.0/29
    remedy: Use /12 to /28.`,
  ],
  [
    "a Kubernetes version that no image has",
    more({ kubernetes: { version: "v1.30.0" } }),
    `kubernetes.version: the machine images carry Kubernetes v1.34.4, not v1.30.0 [kubernetes-version]
    kubernetes.version: v1.30.0
    remedy: Leave it out, or write v1.34.4.`,
  ],
  [
    "a management subnet too small",
    more({ management: { subnet: "192.168.201.0/29" } }),
    `management.subnet: management subnet 192.168.201.0/29 has 5 free addresses for 7 machines [management-size]
    management.subnet: 192.168.201.0/29
    remedy: Use /28 or shorter.`,
  ],
  [
    "an MTU too small for VXLAN",
    fabric({ mtu: 1329 }),
    `fabric.mtu: link MTU 1329 leaves pods 1279 bytes after 50 of VXLAN, below 1280 [mtu]
    fabric.mtu: 1329
    remedy: Use 1330 to 9216; 1500 and 9000 are common.`,
  ],
  [
    "an MTU no switch has",
    fabric({ mtu: 9217 }),
    `fabric.mtu: link MTU 9217 is above 9216, the most a switch port takes [mtu]
    fabric.mtu: 9217
    remedy: Use 1330 to 9216; 1500 and 9000 are common.`,
  ],
  [
    "more pods than fit",
    more({ workload: { namespace: "a", name: "b", service: "c", replicas: 221 } }),
    `workload.replicas: 221 pods don't fit on 2 workers with 110 pods each [workload-replicas]
    workload.replicas: 221
    remedy: Use 220 or fewer, or add workers.`,
  ],
  [
    "a name that is no label",
    node(1, { name: "Node_1" }),
    `nodes[1].name: "Node_1" is not a valid label (RFC 1123: lower-case letters, digits and inner hyphens, 1 to 63 a label) [name-syntax]
    nodes[1].name: Node_1
    remedy: Write "node-1".`,
  ],
  [
    "one name twice",
    node(2, { name: "node1" }),
    `nodes[2].name: name "node1" is taken 2 times: nodes[1].name and nodes[2].name [duplicate-name]
    nodes[1].name: node1
    nodes[2].name: node1
    remedy: Give each a name of its own.`,
  ],
  [
    "one hostname twice",
    fabric({ leaves: ["leaf1", { name: "leaf2", hostname: "leaf-sw1.lab.local" }] }),
    `fabric.leaves[1].hostname: hostname "leaf-sw1.lab.local" is taken 2 times: fabric.leaves[0].hostname and fabric.leaves[1].hostname [duplicate-hostname]
    fabric.leaves[0].hostname: leaf-sw1.lab.local (default)
    fabric.leaves[1].hostname: leaf-sw1.lab.local
    remedy: Give each a hostname of its own: BGP summaries show it.`,
  ],
];
