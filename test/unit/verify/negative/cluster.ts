import { json, objects, without, notReady, pod, MASTER, NODE1, NODE2, ALL, type NegativeCase, type Kube } from "./case";

/** Kubernetes and the workload. */
export const CLUSTER: readonly NegativeCase[] = [
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
    title: "cluster DNS is scaled to nothing",
    lab: "bgp",
    machine: MASTER,
    answer: ALL,
    change: objects("Deployment", "coredns", ({ spec, status }) => {
      spec["replicas"] = 0;
      delete status["readyReplicas"];
    }),
    fails: ["coredns: 0 of 0 Ready"],
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
