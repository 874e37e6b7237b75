import type { ListenPlan, NeighborPlan, PrefixFilter, SessionSettings, SwitchPlan } from "../types";
import { FRR_TIMERS } from "../timers";
import { fileText } from "./text";

/** Paths FRR uses at once unless told otherwise: what Debian builds it with. */
const DEFAULT_PATHS = 64;
/** Neighbors that FRR takes from listening ranges unless told otherwise (bgpd/bgpd.h, BGP_DYNAMIC_NEIGHBORS_LIMIT_DEFAULT). */
const DEFAULT_LISTEN_LIMIT = 100;
/** What FRR means by `allowas-in` without a number. */
const DEFAULT_ALLOWAS_IN = 3;
/** Name of the filters of what nodes announce. */
const FILTER = "nodes-in";
const NEXT_HOPS = "nodes-next-hop";
/** TTL of `ebgp-multihop` without a number. */
const MOST_HOPS = 255;

/** What a switch's configuration holds beside the plan. */
export interface SwitchSecrets {
  /** Password of authenticated sessions; null where the plan has none. */
  readonly bgpPassword: string | null;
}

/**
 * `/etc/frr/frr.conf` in the form and order of FRR 8.4's `show running-config`, so that `frr-reload.py` finds nothing to change on a
 * switch that has it.
 *
 * Statements that are the default of the datacenter profile are left out because FRR doesn't print them: eBGP without policy is allowed
 * there (https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-bgp-ebgp-requires-policy), and equal paths share traffic up to the limit of the build. Paths of equal
 * length through different spines are equal only with multipath-relax.
 *
 * @param listeners neighbors that the switch finds in its listening range
 */
export function frrConfig(of: SwitchPlan, secrets: SwitchSecrets, listeners = 0): string {
  const { neighbors, listen } = of;
  return fileText([
    "frr defaults datacenter",
    `hostname ${of.hostname}`,
    "log syslog informational",
    // With next-hop groups, FRR 8.4 leaves one of two equal next hops in the kernel after the other's link comes back (FRR issue 14481).
    "no zebra nexthop kernel enable",
    "service integrated-vtysh-config",
    "!",
    ...of.blackholes.map((prefix) => `ip route ${prefix} blackhole`),
    ...(of.blackholes.length > 0 ? ["!"] : []),
    `router bgp ${of.as}`,
    ` bgp router-id ${of.routerId}`,
    ...(of.bgp.clusterId === null || of.bgp.clusterId === of.routerId ? [] : [` bgp cluster-id ${of.bgp.clusterId}`]),
    ...(of.drain ? [" bgp graceful-shutdown"] : []),
    ...(of.bgp.multipathRelax ? [" bgp bestpath as-path multipath-relax"] : []),
    ...(listen === null ? [] : listenStatements(of, listen, secrets, listeners)),
    ...neighbors.flatMap((to) => statements(of, to, secrets)),
    " !",
    " address-family ipv4 unicast",
    ...of.networks.map((prefix) => `  network ${prefix}`),
    ...of.aggregates.map(
      ({ prefix, summaryOnly }) => `  aggregate-address ${prefix}${summaryOnly ? " summary-only" : ""}`,
    ),
    ...(listen === null ? [] : routing(listen.group, listen)),
    ...neighbors.flatMap((to) => routing(to.address, to)),
    ...(of.bgp.maximumPaths === DEFAULT_PATHS
      ? []
      : [`  maximum-paths ${of.bgp.maximumPaths}`, `  maximum-paths ibgp ${of.bgp.maximumPaths}`]),
    " exit-address-family",
    "exit",
    "!",
    ...filters([...(listen === null ? [] : [listen]), ...neighbors]),
    "end",
  ]);
}

function statements(of: SwitchPlan, to: NeighborPlan, secrets: SwitchSecrets): string[] {
  const description = to.machine === null ? [] : [` neighbor ${to.address} description ${to.machine} ${to.interface}`];
  return [` neighbor ${to.address} remote-as ${to.remoteAs}`, ...description, ...session(of, to.address, to, secrets)];
}

function listenStatements(of: SwitchPlan, listen: ListenPlan, secrets: SwitchSecrets, listeners: number): string[] {
  return [
    ` neighbor ${listen.group} peer-group`,
    ` neighbor ${listen.group} remote-as ${listen.remoteAs}`,
    ...session(of, listen.group, listen, secrets),
    ...(listeners > DEFAULT_LISTEN_LIMIT ? [` bgp listen limit ${listeners}`] : []),
    ` bgp listen range ${listen.range} peer-group ${listen.group}`,
  ];
}

function session({ as }: SwitchPlan, name: string, to: SessionSettings, secrets: SwitchSecrets): string[] {
  return [
    ...(to.bfd ? [` neighbor ${name} bfd`] : []),
    ...(to.password ? [` neighbor ${name} password ${passwordOf(name, secrets)}`] : []),
    // Within an AS every session may have hops, and FRR drops the statement.
    ...(to.multihop === null || to.remoteAs === as ? [] : multihop(name, to.multihop)),
    ...(to.keepalive === null && to.hold === null
      ? []
      : [` neighbor ${name} timers ${to.keepalive ?? FRR_TIMERS.keepalive} ${to.hold ?? FRR_TIMERS.hold}`]),
  ];
}

function passwordOf(neighbor: string, { bgpPassword }: SwitchSecrets): string {
  if (bgpPassword === null) throw new Error(`neighbor ${neighbor} has a password, and none was given`);
  return bgpPassword;
}

/**
 * FRR 8.4 takes a neighbor for a single-hop one when it calls while it is called, and its routes for unreachable from then on ("Must be Connected" in
 * `show bgp nexthop`): the connection accepted has no multihop when it asks for the next hop (bgpd/bgp_network.c, `bgp_accept`). The other flag it has.
 */
function multihop(name: string, ttl: number): string[] {
  return [
    ` neighbor ${name} ebgp-multihop${ttl === MOST_HOPS ? "" : ` ${ttl}`}`,
    ` neighbor ${name} disable-connected-check`,
  ];
}

function routing(name: string, to: SessionSettings): string[] {
  return [
    ...(to.routeReflectorClient ? [`  neighbor ${name} route-reflector-client`] : []),
    ...(to.nextHopSelf ? [`  neighbor ${name} next-hop-self force`] : []),
    ...(to.asOverride ? [`  neighbor ${name} as-override`] : []),
    ...(to.allowasIn === 0
      ? []
      : [`  neighbor ${name} allowas-in${to.allowasIn === DEFAULT_ALLOWAS_IN ? "" : ` ${to.allowasIn}`}`]),
    ...(to.maximumPrefix === null ? [] : [`  neighbor ${name} maximum-prefix ${to.maximumPrefix}`]),
    ...(to.accept === null ? [] : [`  neighbor ${name} prefix-list ${FILTER} in`]),
    ...(to.acceptNextHop === null ? [] : [`  neighbor ${name} route-map ${NEXT_HOPS} in`]),
  ];
}

/** Filters of what nodes announce; the nodes of a leaf share them. */
function filters(sessions: readonly SessionSettings[]): string[] {
  const accept = sessions.find((each) => each.accept !== null)?.accept ?? [];
  const nextHop = sessions.find((each) => each.acceptNextHop !== null)?.acceptNextHop ?? null;
  return [
    ...accept.map((filter, i) => `ip prefix-list ${FILTER} seq ${5 * (i + 1)} permit ${filterText(filter)}`),
    ...(nextHop === null
      ? []
      : [
          `ip prefix-list ${NEXT_HOPS} seq 5 permit ${nextHop} le 32`,
          "!",
          `route-map ${NEXT_HOPS} permit 10`,
          ` match ip next-hop prefix-list ${NEXT_HOPS}`,
          "exit",
        ]),
    ...(accept.length > 0 || nextHop !== null ? ["!"] : []),
  ];
}

function filterText({ prefix, ge, le }: PrefixFilter): string {
  const length = Number(prefix.split("/")[1]);
  return `${prefix}${ge > length ? ` ge ${ge}` : ""}${le > length ? ` le ${le}` : ""}`;
}
