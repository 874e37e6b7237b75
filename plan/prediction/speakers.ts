import { holds, knownAddress, knownRange, type PrefixRange } from "../../lab-spec/ip";
import { addressOf, balancersOf, nodesOf } from "../lookup";
import type { AggregatePlan, BgpPlan, LabPlan, ListenPlan, NeighborPlan, Prefix } from "../types";
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
  const service = plan.calico.bgp?.advertiseServices === true ? [plan.cluster.serviceCidr] : [];
  const own = (node: string): readonly Prefix[] => [...(blocks[node] ?? []), ...service, ...(announced[node] ?? [])];
  const common = { drain: false, aggregates: [], listen: null, hasDefault: true };
  const speakers: Omit<Speaker, "id">[] = [
    ...plan.switches.map((of) => ({
      name: of.name,
      as: of.as,
      routerId: knownAddress(of.routerId),
      software: frr84,
      bgp: of.bgp,
      drain: of.drain,
      cluster: knownAddress(of.bgp.clusterId ?? of.routerId),
      networks: of.networks.filter((prefix) => of.blackholes.includes(prefix) || hasRoute(of.name, prefix, topology)),
      blackholes: of.blackholes,
      aggregates: of.aggregates,
      statements: lastOf(of.neighbors),
      listen: of.listen,
      exports: null,
      hasDefault: false,
    })),
    ...nodesOf(plan).flatMap((of) =>
      of.bgp === null
        ? []
        : [
            {
              ...common,
              name: of.name,
              as: of.bgp.as,
              routerId: knownAddress(addressOf(of)),
              software: bird16,
              bgp: of.bgp,
              cluster: knownAddress(of.bgp.clusterId ?? addressOf(of)),
              networks: own(of.name),
              blackholes: own(of.name),
              statements: of.bgp.neighbors,
              exports: [plan.calico.pool, ...service].map(knownRange),
            },
          ],
    ),
    ...balancersOf(plan).map((of) => ({
      ...common,
      name: of.name,
      as: of.as,
      routerId: knownAddress(addressOf(of)),
      software: zebos,
      bgp: of.bgp,
      cluster: knownAddress(addressOf(of)),
      networks: of.vips.map((vip) => `${vip}/32`),
      blackholes: [],
      statements: of.neighbors,
      exports: null,
    })),
  ];
  return speakers.filter((each) => topology.alive(each.name)).map((each, id) => ({ id, ...each }));
}

/** Of two statements with one address, which a rule refuses, FRR keeps the last one's AS number. */
const lastOf = (neighbors: readonly NeighborPlan[]): NeighborPlan[] => [
  ...new Map(neighbors.map((each) => [each.address, each])).values(),
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
