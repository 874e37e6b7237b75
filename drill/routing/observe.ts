import { nodesOf } from "../../plan/lookup";
import { observedTable, type ObservedPath } from "../../plan/prediction";
import type { Prefix } from "../../plan/types";
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
  const printed = JSON.parse(text.trim() === "" ? "[]" : text) as (Parameters<typeof parseRoutes>[0][number] & {
    readonly flags?: readonly string[];
  })[];
  return parseRoutes(printed.filter((route) => route.flags?.includes("linkdown") !== true))
    .map((route) => ({ ...route, protocol: "bird" }))
    .filter((route) => route.type === "unicast");
}

export function parseState(text: string): SwitchState {
  const [summary, table, routes] = text
    .split(`${MARK}\n`)
    .map((part) => JSON.parse(part.trim() === "" ? "[]" : part) as unknown);
  return {
    peers: parseSummary(summary).peers,
    table: observedTable(table),
    routes: parseRoutes(routes as Parameters<typeof parseRoutes>[0]).map((route) => ({ ...route, protocol: "bgp" })),
  };
}

/** All switches, and the nodes that speak BGP, but those left out, asked at the same time. @throws Error when one does not answer */
export async function observe(access: LabAccess, without: readonly string[]): Promise<Observed> {
  const asked = <T extends { readonly name: string }>(of: readonly T[]): T[] =>
    of.filter((each) => !without.includes(each.name));
  const [switches, nodes] = await Promise.all([
    Promise.all(
      asked(access.plan.switches).map(
        async ({ name }) => [name, parseState(await output(access, name, SCRIPT))] as const,
      ),
    ),
    Promise.all(
      asked(nodesOf(access.plan))
        .filter((each) => each.bgp !== null)
        .map(async ({ name }) => [name, parseNode(await output(access, name, NODE_SCRIPT))] as const),
    ),
  ]);
  return { switches: Object.fromEntries(switches), nodes: Object.fromEntries(nodes) };
}
