/** A plan's nodes that speak BGP: namespaces with Calico's BIRD, configured in the way of Calico's bird.cfg.template and bird_ipam.cfg.template (v3.28). */
import { announcesServices, clusterLab } from "../../../plan/cluster";
import { knownAddress } from "../../../lab-spec/ip";
import type { LabPlan, NeighborPlan, NodePlan } from "../../../plan";
import { nominalBlocks } from "../../../plan/prediction/blocks";
import { addressOf, homeOf, nodesOf } from "../../../plan/lookup";
import { STORE } from "./container";

const DIRECTORY = "/run/bird";
const PROGRAMS = `${STORE}/seed/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/*/fs/usr/sbin`;
const program = (name: "bird" | "birdc"): string => `$(ls ${PROGRAMS}/${name} | head -1)`;

/** A node with BGP. */
export type Peer = NodePlan & { readonly bgp: NonNullable<NodePlan["bgp"]> };

export const peers = (plan: LabPlan): Peer[] => nodesOf(plan).filter((node): node is Peer => node.bgp !== null);

/** Shell lines that give a node its address and its default route, and start its BIRD. */
export function startNode(plan: LabPlan, node: Peer): string[] {
  const file = `${DIRECTORY}/${node.name}`;
  const { interface: uplink, address, gateway } = homeOf(node);
  return [
    `ip -n ${node.name} address add ${address} dev ${uplink}`,
    `ip -n ${node.name} route add default via ${gateway}`,
    `mkdir -p ${DIRECTORY}`,
    `cat > ${file}.cfg <<'END'\n${birdConfig(plan, node)}END`,
    `ip netns exec ${node.name} ${program("bird")} -c ${file}.cfg -s ${file}.ctl -P ${file}.pid`,
  ];
}

/** Shell command that shows the state of a node's sessions. */
export const showSessions = ({ name }: Peer): string =>
  `${program("birdc")} -s ${DIRECTORY}/${name}.ctl show protocols`;

/** States of a node's sessions by neighbor, from what `showSessions` prints. */
export function sessionStates(shown: string): Record<string, { state: string }> {
  return Object.fromEntries(
    [...shown.matchAll(/^peer_(\S+)\s+BGP\s+\S+\s+(\S+)\s+\S+\s*(.*)$/gm)].map(([, peer, state, info]) => [
      (peer ?? "").replace(/_/g, "."),
      {
        state:
          state === "up" && (info ?? "").startsWith("Established")
            ? "Established"
            : `${state ?? ""} ${info ?? ""}`.trim(),
      },
    ]),
  );
}

export const stopNodes = (plan: LabPlan): string[] => [
  ...peers(plan).map((node) => `kill -9 $(cat ${DIRECTORY}/${node.name}.pid) 2>/dev/null`),
  `rm -rf ${DIRECTORY}`,
];

function birdConfig(plan: LabPlan, node: Peer): string {
  const { bgp } = node;
  const own = addressOf(node);
  const { calico, cluster } = clusterLab(plan);
  const services = announcesServices(plan) ? [cluster.serviceCidr] : [];
  const blocks = nominalBlocks(plan)[node.name] ?? [];
  return [
    `router id ${own};`,
    "filter calico_kernel_programming {",
    ...services.map((prefix) => `  if ( net ~ ${prefix} ) then reject;`),
    "  accept;",
    "}",
    "protocol kernel { learn; persist; scan time 2; import all; export filter calico_kernel_programming; merge paths on; }",
    "protocol device { scan time 2; }",
    'protocol direct { interface "*"; }',
    "protocol static {",
    ...[...blocks, ...services].map((prefix) => `  route ${prefix} blackhole;`),
    "}",
    "function exported() {",
    ...[...blocks, ...services, calico.pool].map((prefix) => `  if ( net ~ ${prefix} ) then accept;`),
    "  reject;",
    "}",
    `template bgp bgp_template { local as ${bgp.as}; gateway recursive; add paths on; graceful restart; hold time 9; connect delay time 1; connect retry time 1; error wait time 5,30; }`,
    ...bgp.neighbors.flatMap((to) => session(node, to, own)),
    "",
  ].join("\n");
}

function session({ bgp }: Peer, to: NeighborPlan, own: string): string[] {
  const internal = to.remoteAs === bgp.as;
  return [
    `protocol bgp peer_${to.address.replace(/\./g, "_")} from bgp_template {`,
    ...(to.kind === "mesh" ? [] : ["  ttl security off;", "  multihop;"]),
    `  neighbor ${to.address} as ${to.remoteAs};`,
    `  source address ${own};`,
    "  import all;",
    "  export filter { exported(); };",
    // Of two nodes one calls the other.
    ...(to.kind !== "leaf" && knownAddress(to.address) > knownAddress(own) ? ["  passive on;"] : []),
    ...(internal && to.routeReflectorClient ? ["  rr client;", `  rr cluster id ${bgp.clusterId ?? own};`] : []),
    ...(!internal && to.nextHopUnchanged ? ["  next hop keep;"] : []),
    ...(to.allowasIn > 0 ? [`  allow local as ${to.allowasIn};`] : []),
    "}",
  ];
}
