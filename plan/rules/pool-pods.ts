import { piecesOf } from "./common/pod-pool";
import { defineRule } from "./rule";

/** Blocks that Calico gives one node at most (IPAMConfig, maxBlocksPerHost: 20 where it is not set). */
const BLOCKS_A_NODE = 20;
/** Pods that kubeadm and Calico run with addresses of the pool: two of CoreDNS, and calico-kube-controllers. */
const SYSTEM_PODS = 3;
/** Addresses of a pool that its tunnels take, one a node. */
const TUNNELS = { none: 0, ipip: 1, vxlan: 1 } as const;

export const poolPods = defineRule({
  name: "pool-pods",
  title: "The pool has an address for every pod",
  severity: "error",
  source:
    "https://docs.tigera.io/calico/latest/reference/resources/ipamconfig; https://docs.tigera.io/calico/latest/reference/resources/ippool",
  why: "A pod without an address stays in ContainerCreating, and the lab unfinished.",
  ofCluster: true,
  find: ({ spec }) => {
    if (spec.workload === null) return [];
    const { blockSize, encapsulation } = spec.calico;
    const pool = spec.calico.pool ?? spec.kubernetes.podCidr;
    const path = spec.calico.pool === null ? "kubernetes.podCidr" : "calico.pool";
    const { replicas } = spec.workload;
    const workers = spec.nodes.filter(({ role }) => role === "worker").length;
    const size = 2 ** (32 - blockSize);
    const taken = SYSTEM_PODS + TUNNELS[encapsulation.kind] * spec.nodes.length;
    const room = Math.min(piecesOf(pool, blockSize), BLOCKS_A_NODE * Math.max(1, workers)) * size - taken;
    // A pool without a block is refused by `pod-blocks`.
    if (replicas <= room || piecesOf(pool, blockSize) === 0) return [];
    return [
      {
        path: "workload.replicas",
        message: `${replicas} pods need more addresses than the ${Math.max(0, room)} that ${pool} leaves them in blocks of /${blockSize}, at most ${BLOCKS_A_NODE} a node`,
        values: { "workload.replicas": String(replicas), [path]: pool, "calico.blockSize": String(blockSize) },
        remedy: room < 1 ? "Use a larger pool." : `Use ${room} replicas or fewer, or a larger pool.`,
      },
    ];
  },
});
