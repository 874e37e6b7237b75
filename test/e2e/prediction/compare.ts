/** Live FRR against the prediction: sessions, counts, tables, kernel routes. */
import type { LabPlan } from "../../../plan";
import {
  matchOutcome,
  observedTable,
  predictLab,
  type Broken,
  type FibEntry,
  type LabPrediction,
  type RibPath,
} from "../../../plan/prediction";
import { homeOf } from "../../../plan/lookup";
import { peers } from "./nodes";

export interface Live {
  /** `show bgp ipv4 unicast summary json`, `show bgp ipv4 unicast json`, `ip -j route` by router. */
  readonly summaries: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, unknown>>;
  readonly routes: Readonly<Record<string, unknown>>;
}

/** What was compared, and prefixes that couldn't be: those the prediction calls unsettled. */
export interface Tally {
  sessions: number;
  received: number;
  paths: number;
  routes: number;
  unsettled: number;
}

/** What the kernel says of routes that FRR's BGP, and BIRD, have made. */
const DAEMONS = ["bgp", "bird"];

interface Peer {
  readonly state: string;
  readonly pfxRcd: number;
}
interface FrrPath {
  readonly valid?: boolean;
  readonly bestpath?: boolean;
  readonly multipath?: boolean;
  readonly path?: string;
  readonly peerId?: string;
  readonly locPrf?: number;
  readonly origin?: string;
  readonly nexthops?: readonly { readonly ip?: string }[];
}
interface KernelRoute {
  readonly type?: string;
  readonly dst: string;
  readonly protocol?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly nexthops?: readonly { readonly gateway?: string; readonly dev: string }[];
}

export const peersOf = (summary: unknown): Record<string, Peer> =>
  (summary as { peers?: Record<string, Peer> } | undefined)?.peers ?? {};
const routesOf = (table: unknown): Record<string, FrrPath[]> =>
  (table as { routes?: Record<string, FrrPath[]> }).routes ?? {};

/** Everything that differs, one line each; what was compared is added to the tally. */
export function differences(plan: LabPlan, broken: Broken, live: Live, tally: Tally): string[] {
  const prediction = predictLab(plan, { broken });
  const switches = plan.switches.filter(({ name }) => !broken.machines.includes(name));
  const found: string[] = [];
  for (const { name, a, b, state, reason } of prediction.sessions) {
    for (const [at, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const peer =
        at.machine === null || other.address === null ? undefined : peersOf(live.summaries[at.machine])[other.address];
      if (peer === undefined) continue;
      tally.sessions++;
      if (state === "UNSETTLED") continue;
      if ((peer.state === "Established") !== (state === "ESTABLISHED"))
        found.push(`session ${name} at ${at.machine ?? ""}: ${peer.state}, predicted ${state} ${reason}`);
    }
  }
  const unsettled = new Set(prediction.unsettled);
  tally.unsettled += unsettled.size;
  for (const { to, neighbor, counts } of prediction.received) {
    if (live.tables[to] === undefined || unsettled.size > 0) continue;
    const seen = peersOf(live.summaries[to])[neighbor]?.pfxRcd ?? null;
    tally.received++;
    if (seen === null || !counts.includes(seen))
      found.push(`${to} received ${seen ?? "nothing"} from ${neighbor}, predicted ${counts.join(" or ")}`);
  }
  for (const { name } of switches) {
    const table = routesOf(live.tables[name]);
    const predicted = new Map(prediction.rib(name).map((entry) => [entry.prefix, entry.paths]));
    for (const prefix of new Set([...Object.keys(table), ...predicted.keys()]))
      if (!unsettled.has(prefix))
        found.push(...pathDifferences(`${name} ${prefix}`, table[prefix] ?? [], predicted.get(prefix) ?? [], tally));
  }
  // A node whose leaf is out keeps for its hold time what it knew.
  const nodes = peers(plan).filter((node) => !broken.machines.includes(homeOf(node).leaf));
  for (const { name } of [...switches, ...nodes])
    found.push(...machineRoutes(name, (live.routes[name] ?? []) as readonly KernelRoute[], prediction, tally));
  const observed = Object.fromEntries(Object.entries(live.tables).map(([name, table]) => [name, observedTable(table)]));
  for (const each of matchOutcome(plan, observed, { broken }))
    if (!unsettled.has(each.prefix))
      found.push(
        `no outcome: ${each.router} ${each.prefix} from ${each.neighbor ?? "itself"}: ${each.seen}, expected ${each.expected}`,
      );
  return found;
}

/** How the kernel routes of one machine that its routing daemon made differ from the predicted ones. */
function machineRoutes(name: string, live: readonly KernelRoute[], prediction: LabPrediction, tally: Tally): string[] {
  const unsettled = new Set(prediction.unsettled);
  const surely = new Set(
    prediction
      .rib(name)
      .filter(({ paths }) => paths.some((path) => path.present === "always" && path.valid))
      .map(({ prefix }) => prefix),
  );
  const routes = live.filter((route) => !unsettled.has(prefixOf(route)));
  const predicted = prediction.fib(name).filter(({ prefix }) => !unsettled.has(prefix));
  return routeDifferences(name, routes, predicted, surely, tally);
}

const prefixOf = ({ dst }: KernelRoute): string =>
  dst === "default" ? "0.0.0.0/0" : dst.includes("/") ? dst : `${dst}/32`;

function pathDifferences(
  where: string,
  live: readonly FrrPath[],
  predicted: readonly RibPath[],
  tally: Tally,
): string[] {
  const found: string[] = [];
  const matched = new Set<RibPath>();
  for (const path of live) {
    tally.paths++;
    const peer = path.peerId === undefined || path.peerId === "(unspec)" ? null : path.peerId;
    const text = `${peer ?? "own"} [${path.path ?? ""}] next hop ${path.nexthops?.[0]?.ip ?? "none"}${path.valid === true ? "" : " invalid"}`;
    const alike = predicted.filter(
      (each) =>
        !matched.has(each) &&
        each.peer === peer &&
        each.asPath.join(" ") === (path.path ?? "") &&
        (peer === null || each.nextHop === path.nexthops?.[0]?.ip) &&
        each.valid === (path.valid === true),
    );
    // Of several from one neighbor the one with this local preference is meant.
    const match = alike.find((each) => each.localPref === path.locPrf) ?? alike[0];
    if (match === undefined) {
      found.push(`${where}: ${text} was not predicted`);
      continue;
    }
    matched.add(match);
    if ((match.type === "ibgp" || match.localPref !== 100) && path.locPrf !== match.localPref)
      found.push(`${where}: ${text} has local preference ${path.locPrf ?? "none"}, predicted ${match.localPref}`);
    if ((path.origin ?? "").toLowerCase() !== match.origin)
      found.push(`${where}: ${text} has origin ${path.origin ?? "none"}`);
    for (const [flag, certainty] of [
      [path.bestpath === true, match.best],
      [path.bestpath === true || path.multipath === true, match.multipath],
    ] as const) {
      if (certainty !== "sometimes" && flag !== (certainty === "always"))
        found.push(
          `${where}: ${text} is ${flag ? "" : "not "}${certainty === match.best ? "best" : "in use"}, predicted ${certainty}`,
        );
    }
  }
  for (const each of predicted)
    if (each.present === "always" && !matched.has(each))
      found.push(`${where}: ${each.peer ?? "own"} [${each.asPath.join(" ")}] is missing`);
  return found;
}

function routeDifferences(
  at: string,
  live: readonly KernelRoute[],
  predicted: readonly FibEntry[],
  surely: ReadonlySet<string>,
  tally: Tally,
): string[] {
  const seen = new Map(
    live.filter((each) => DAEMONS.includes(each.protocol ?? "")).map((each) => [prefixOf(each), each]),
  );
  const found: string[] = [];
  for (const entry of predicted.filter((each) => each.kind === "bgp")) {
    tally.routes++;
    const route = seen.get(entry.prefix);
    // Paths whose next hops are reached by one gateway put it into the kernel's route once each.
    const hops = [
      ...new Set(
        (route?.nexthops ?? (route === undefined ? [] : [route])).map(
          (each) => `${each.gateway ?? ""} ${each.dev ?? ""}`,
        ),
      ),
    ].sort();
    const wanted = entry.nextHops.map((each) => `${each.address} ${each.interface}`).sort();
    const ok = entry.certain
      ? hops.join() === wanted.join()
      : (hops.length > 0 || !surely.has(entry.prefix)) && hops.every((each) => wanted.includes(each));
    if (!ok)
      found.push(
        `${at} route ${entry.prefix}: ${hops.join(", ") || "none"}, predicted ${entry.certain ? "" : "some of "}${wanted.join(", ")}`,
      );
  }
  for (const { prefix, kind, certain } of predicted.filter((each) => each.kind === "unreachable")) {
    tally.routes++;
    if (seen.get(prefix)?.type !== kind && (certain || seen.has(prefix)))
      found.push(`${at} route ${prefix}: ${seen.get(prefix)?.type ?? "none"}, predicted ${kind}`);
  }
  const known = new Set(predicted.map((each) => each.prefix));
  for (const prefix of seen.keys()) if (!known.has(prefix)) found.push(`${at} route ${prefix} was not predicted`);
  return found;
}
