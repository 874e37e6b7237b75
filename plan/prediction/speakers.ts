import { holds, knownAddress, knownRange, type PrefixRange } from "../../lab-spec/ip";
import { announcesServices, hasCluster } from "../cluster";
import { addressOf, balancersOf, nodesOf } from "../lookup";
import type {
  AggregatePlan,
  BalancerPlan,
  BgpPlan,
  LabPlan,
  ListenPlan,
  NeighborPlan,
  NodePlan,
  Prefix,
  SwitchPlan,
} from "../types";
import { bird16 } from "./software/bird16";
import type { BgpSoftware } from "./software/bgp-software";
import { frr84 } from "./software/frr84";
import { zebos } from "./software/zebos";
import type { Topology } from "./topology";

/** A machine that speaks BGP, as far as its routing goes. */
export interface Speaker {
  /** Position in the plan. */
  readonly id: number;
  readonly name: string;
  readonly as: number;
  readonly routerId: number;
  /** Whose rules it follows. */
  readonly software: BgpSoftware;
  readonly bgp: BgpPlan;
  /** It asks its neighbors to go another way (RFC 8326). */
  readonly drain: boolean;
  /** RFC 4456: the ID of the cluster it reflects for, its router ID unless set. */
  readonly cluster: number;
  /** What it originates while it runs: networks whose route it has. */
  readonly networks: readonly Prefix[];
  /** Networks whose route it lacks, such as a bridge's without a port that is up. FRR announces none of them, and keeps each in its table as an invalid path. */
  readonly idle: readonly Prefix[];
  readonly blackholes: readonly Prefix[];
  readonly aggregates: readonly AggregatePlan[];
  readonly statements: readonly NeighborPlan[];
  readonly listen: ListenPlan | null;
  /** Prefixes it passes on; null: all. Calico's generated filters let out its pools and the service range alone. */
  readonly exports: readonly PrefixRange[] | null;
  /** It reaches any address: servers have a default route. */
  readonly hasDefault: boolean;
}

/** The speakers of a plan that are alive: switches, nodes with BGP, the load balancer. */
export function speakersOf(
  plan: LabPlan,
  topology: Topology,
  blocks: Readonly<Record<string, readonly Prefix[]>>,
  announced: Readonly<Record<string, readonly Prefix[]>> = {},
): Speaker[] {
  const services = hasCluster(plan) && announcesServices(plan) ? [plan.cluster.serviceCidr] : [];
  const exports = hasCluster(plan) ? [plan.calico.pool, ...services].map(knownRange) : [];
  return [
    ...plan.switches.map((each) => switchSpeaker(each, topology)),
    ...nodesOf(plan).flatMap((node) => {
      const networks = [...(blocks[node.name] ?? []), ...services, ...(announced[node.name] ?? [])];
      return node.bgp === null ? [] : [nodeSpeaker(node, node.bgp, networks, exports)];
    }),
    ...balancersOf(plan).map(balancerSpeaker),
  ]
    .filter((each) => topology.alive(each.name))
    .map((each, id) => ({ id, ...each }));
}

type Unnumbered = Omit<Speaker, "id">;

function switchSpeaker(from: SwitchPlan, topology: Topology): Unnumbered {
  const isThere = (prefix: Prefix): boolean =>
    from.blackholes.includes(prefix) || hasRoute(from.name, prefix, topology);
  return {
    name: from.name,
    as: from.as,
    routerId: knownAddress(from.routerId),
    software: frr84,
    bgp: from.bgp,
    drain: from.drain,
    cluster: knownAddress(from.bgp.clusterId ?? from.routerId),
    networks: from.networks.filter(isThere),
    idle: from.networks.filter((prefix) => !isThere(prefix)),
    blackholes: from.blackholes,
    aggregates: lastOf(from.aggregates, ({ prefix }) => prefix),
    statements: lastOf(from.neighbors, ({ address }) => address),
    listen: from.listen,
    exports: null,
    hasDefault: false,
  };
}

/** What servers that speak BGP have in common: nothing of a switch's, and a default route. */
const SERVER = { idle: [], drain: false, aggregates: [], listen: null, hasDefault: true } as const;

function nodeSpeaker(
  node: NodePlan,
  bgp: NonNullable<NodePlan["bgp"]>,
  networks: readonly Prefix[],
  exports: readonly PrefixRange[],
): Unnumbered {
  const address = addressOf(node);
  return {
    ...SERVER,
    name: node.name,
    as: bgp.as,
    routerId: knownAddress(address),
    software: bird16,
    bgp,
    cluster: knownAddress(bgp.clusterId ?? address),
    networks,
    blackholes: networks,
    statements: bgp.neighbors,
    exports,
  };
}

function balancerSpeaker(balancer: BalancerPlan): Unnumbered {
  const address = knownAddress(addressOf(balancer));
  return {
    ...SERVER,
    name: balancer.name,
    as: balancer.as,
    routerId: address,
    software: zebos,
    bgp: balancer.bgp,
    cluster: address,
    networks: balancer.vips.map((vip) => `${vip}/32`),
    blackholes: [],
    statements: balancer.neighbors,
    exports: null,
  };
}

/** Of two statements about one neighbor, or one aggregate, which rules refuse, FRR keeps the last. */
const lastOf = <Statement>(statements: readonly Statement[], about: (one: Statement) => string): Statement[] => [
  ...new Map(statements.map((each) => [about(each), each])).values(),
];

/** FRR announces a network while its routing table has it (`bgp network import-check`): a subnet without carrier is not in it. */
function hasRoute(machine: string, prefix: Prefix, topology: Topology): boolean {
  const { first, length } = knownRange(prefix);
  return topology
    .portsOf(machine)
    .some((port) => port.subnet.first === first && port.subnet.length === length && topology.up(port));
}

/** Whether the speaker passes the prefix on. */
export function passesOn(of: Speaker, prefix: PrefixRange): boolean {
  return of.exports === null || of.exports.some((each) => each.length <= prefix.length && holds(each, prefix.first));
}
