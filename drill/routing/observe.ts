import { observedTable, type ObservedPath } from "../../plan/prediction";
import type { Address, Prefix } from "../../plan/types";
import { output } from "../../verify/access";
import { parseSummary, type Peer } from "../../verify/facts/bgp";
import { parseRoutes, type Route } from "../../verify/facts/routes";
import type { LabAccess } from "../../verify/types";

/** What a switch's routing shows at one time. */
export interface SwitchState {
  readonly peers: readonly Peer[];
  readonly table: Readonly<Record<Prefix, readonly ObservedPath[]>>;
  /** Kernel routes that BGP put there. */
  readonly routes: readonly Route[];
}

/** The routing of all machines at one time; machines that are dead are left out. */
export interface Observed {
  readonly switches: Readonly<Record<string, SwitchState>>;
  /** Kernel routes that BIRD put on nodes. */
  readonly nodes: Readonly<Record<string, readonly Route[]>>;
}

const MARK = "###";
const SCRIPT = `vtysh -c 'show bgp ipv4 unicast summary json'; echo '${MARK}'; vtysh -c 'show bgp ipv4 unicast json'; echo '${MARK}'; ip -j -4 route show table main proto bgp`;

const NODE_SCRIPT = "ip -j -4 route show table main proto bird";

/** What leads nowhere (a node's own blocks), or out of an interface without carrier, is no route to others: BIRD keeps the latter (`graceful restart`). */
export function parseNode(text: string): Route[] {
  const printed = JSON.parse(text.trim() === "" ? "[]" : text) as (Parameters<typeof parseRoutes>[0][number] & { readonly flags?: readonly string[] })[];
  return parseRoutes(printed.filter((route) => route.flags?.includes("linkdown") !== true)).map((route) => ({ ...route, protocol: "bird" })).filter((route) => route.type === "unicast");
}

export function parseState(text: string): SwitchState {
  const [summary, table, routes] = text.split(`${MARK}\n`).map((part) => JSON.parse(part.trim() === "" ? "[]" : part) as unknown);
  return { peers: parseSummary(summary).peers, table: observedTable(table), routes: parseRoutes(routes as Parameters<typeof parseRoutes>[0]).map((route) => ({ ...route, protocol: "bgp" })) };
}

/** All switches, and the nodes that speak BGP, but those left out, asked at the same time. @throws Error when one does not answer */
export async function observe(access: LabAccess, without: readonly string[]): Promise<Observed> {
  const asked = <T extends { readonly name: string }>(of: readonly T[]): T[] => of.filter((each) => !without.includes(each.name));
  const [switches, nodes] = await Promise.all([
    Promise.all(asked(access.plan.switches).map(async ({ name }) => [name, parseState(await output(access, name, SCRIPT))] as const)),
    Promise.all(asked(access.plan.nodes).filter((each) => each.bgp !== null).map(async ({ name }) => [name, parseNode(await output(access, name, NODE_SCRIPT))] as const)),
  ]);
  return { switches: Object.fromEntries(switches), nodes: Object.fromEntries(nodes) };
}

/** A session that went down or came up, as a switch's own log has it. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly machine: string;
  readonly neighbor: Address;
  readonly state: "Up" | "Down";
  /** FRR's words: "Interface down", "BFD down received", "Hold Timer Expired"; empty for Up. */
  readonly why: string;
}

/**
 * Reads bgpd's lines of `journalctl -o short-unix`: %ADJCHANGE (`bgp log-neighbor-changes`, a default of the datacenter profile), and of a session
 * that ended with a notification the reason in the %NOTIFICATION before it.
 */
export function parseChanges(machine: string, text: string): Change[] {
  const notified = new Map<string, string>(), found: Change[] = [];
  for (const line of text.split("\n")) {
    const reason = /%NOTIFICATION.*?: (?:sent to|received from) neighbor (\S+) \S+ \((.+?)\)/.exec(line);
    if (reason !== null) notified.set(reason[1] ?? "", reason[2] ?? "");
    const change = /^(\d+\.\d+) .*%ADJCHANGE: neighbor (\S+?)(?:\(.*?\))? in vrf \S+ (Up|Down) ?(.*)$/.exec(line);
    if (change === null) continue;
    const neighbor = change[2] ?? "", why = (change[4] ?? "").trim();
    found.push({ at: Number(change[1]) * 1000, machine, neighbor, state: change[3] as Change["state"], why: /Notification/.test(why) ? notified.get(neighbor) ?? why : why });
  }
  return found;
}

/** Session changes in the logs of all switches since a time, oldest first. */
export async function changesSince(access: LabAccess, since: number): Promise<Change[]> {
  const found = await Promise.all(access.plan.switches.map(async ({ name }) =>
    parseChanges(name, (await access.run(name, `journalctl -q --no-pager -o short-unix --since @${Math.floor(since / 1000)} -g 'ADJCHANGE|NOTIFICATION'`)).stdout)));
  return found.flat().filter((each) => each.at >= since).sort((a, b) => a.at - b.at);
}
