import { knownAddress, sortPrefixes } from "../../lab-spec/ip";
import type { LabPlan, Prefix } from "../types";
import { keyOf } from "./bgp/path";
import type { Group } from "./groups";
import { longestMatch, prefixTable, type PrefixTable } from "./longest-match";
import type { Pass } from "./passes";
import { ribEntries } from "./rib-entries";
import { inPlanOrder } from "./sessions";
import type {
  Certainty,
  FibEntry,
  LabPrediction,
  ReceivedPrediction,
  RibEntry,
  RibPath,
  SessionPrediction,
  TablePrediction,
} from "./types";

/**
 * The prediction of a lab for which several passes over sessions and routes are possible: what all passes agree in is certain, all else is said to be
 * unsettled, with everything that any of the passes has.
 *
 * @param predictions one for each pass, in their order
 */
export function unsettledPrediction(
  plan: LabPlan,
  passes: readonly Pass[],
  predictions: readonly [LabPrediction, ...LabPrediction[]],
): LabPrediction {
  const [first] = predictions;
  const unsettled = new Set([
    ...predictions.flatMap((each) => each.unsettled),
    ...prefixesSettledApart(passes),
    ...prefixesReceivedApart(predictions),
  ]);
  const sessions = mergedSessions(plan, predictions);
  const fib = (machine: string): readonly FibEntry[] => mergedFib(predictions.map((each) => each.fib(machine)));
  const tables = new Map<string, PrefixTable<FibEntry>>();
  return {
    sessions,
    received: mergedReceived(predictions),
    tables: mergedTables(predictions),
    blocks: first.blocks,
    blocksOf: first.blocksOf,
    inexact: sortPrefixes(
      [...new Set(predictions.flatMap((each) => each.inexact))].filter((prefix) => !unsettled.has(prefix)),
    ),
    unsettled: sortPrefixes([...unsettled]),
    unsettledSessions: sessions.filter(({ state }) => state === "UNSETTLED").map(({ name }) => name),
    speakers: first.speakers,
    rib: (speaker) => mergedRib(predictions.map((each) => each.rib(speaker))),
    unusable: (speaker) => {
      const [entries = [], ...others] = predictions.map((each) => each.unusable(speaker));
      return entries.filter(({ prefix }) => others.every((list) => list.some((each) => each.prefix === prefix)));
    },
    fib,
    route: (machine, address) => {
      const table = tables.get(machine) ?? prefixTable(fib(machine), ({ prefix }) => [prefix]);
      tables.set(machine, table);
      return longestMatch(table, address);
    },
  };
}

/** Prefixes for which some speaker settles on other paths in one pass than in another. */
function prefixesSettledApart(passes: readonly Pass[]): Prefix[] {
  const byPass = passes.map(
    ({ groups }) =>
      new Map(
        groups.flatMap((group) => {
          const text = stateText(group);
          return group.prefixes.map((prefix) => [prefix, text] as const);
        }),
      ),
  );
  const all = new Set(byPass.flatMap((states) => [...states.keys()]));
  return [...all].filter((prefix) => new Set(byPass.map((states) => states.get(prefix))).size > 1);
}

const stateText = ({ state }: Group): string =>
  state.map(({ best, none }) => [...best.map(keyOf), none ? "none" : ""].join(" ")).join("\n");

/** Prefixes that some neighbor surely sends, may send or doesn't send in one pass, and not so in another. */
function prefixesReceivedApart(predictions: readonly LabPrediction[]): Prefix[] {
  const byPass = predictions.map(({ received }) =>
    received.flatMap((each) => {
      const key = directionOf(each);
      return [
        ...each.always.map((prefix) => ({ prefix, text: `${prefix} ${key} always` })),
        ...each.sometimes.map((prefix) => ({ prefix, text: `${prefix} ${key} sometimes` })),
      ];
    }),
  );
  const passesWith = new Map<string, number>();
  for (const { text } of byPass.flat()) passesWith.set(text, (passesWith.get(text) ?? 0) + 1);
  return byPass
    .flat()
    .filter(({ text }) => passesWith.get(text) !== predictions.length)
    .map(({ prefix }) => prefix);
}

/** One direction of a session. */
const directionOf = ({ session, to }: ReceivedPrediction): string => `${session}\n${to}`;

/** The statements of a session: who names which address. Two statements that make no session in one pass may make one in another. */
const statementsOf = ({ a, b }: SessionPrediction): string[] => [
  `${a.machine ?? ""} > ${b.address ?? ""}`,
  `${b.machine ?? ""} > ${a.address ?? ""}`,
];

function mergedSessions(plan: LabPlan, predictions: readonly LabPrediction[]): SessionPrediction[] {
  const byName = new Map<string, SessionPrediction[]>();
  for (const session of predictions.flatMap((each) => each.sessions))
    byName.set(session.name, [...(byName.get(session.name) ?? []), session]);
  const merged = [...byName.values()].map((versions) => mergedSession(versions, predictions.length));
  const joined = new Set(merged.filter(({ state }) => state === "UNSETTLED").flatMap(statementsOf));
  return inPlanOrder(
    plan,
    merged.filter(
      (session) => session.state === "UNSETTLED" || !statementsOf(session).some((statement) => joined.has(statement)),
    ),
  );
}

/** @param versions of one session, in the passes that have it */
function mergedSession(versions: readonly SessionPrediction[], passes: number): SessionPrediction {
  const up = versions.find(({ state }) => state === "ESTABLISHED");
  const down = versions.filter(({ state }) => state !== "ESTABLISHED");
  const [worst] = down;
  if (worst === undefined && up !== undefined && versions.length === passes) return up;
  if (worst !== undefined && up === undefined) return worst;
  const reasons = [...new Set(down.map(({ reason }) => reason))];
  const [session] = up === undefined ? versions : [up];
  if (session === undefined) throw new Error("a session that no pass has");
  const why = reasons.length === 0 ? "there is no such neighbor" : reasons.join("; ");
  return { ...session, state: "UNSETTLED", reason: `up at some times, down at others, when ${why}` };
}

function mergedReceived(predictions: readonly LabPrediction[]): ReceivedPrediction[] {
  const byDirection = new Map<string, ReceivedPrediction[]>();
  for (const each of predictions.flatMap(({ received }) => received))
    byDirection.set(directionOf(each), [...(byDirection.get(directionOf(each)) ?? []), each]);
  return [...byDirection.values()].flatMap((versions) => {
    const [first] = versions;
    if (first === undefined) return [];
    const always = first.always.filter((prefix) => versions.every((each) => each.always.includes(prefix)));
    const all = new Set(versions.flatMap((each) => [...each.always, ...each.sometimes]));
    for (const prefix of always) all.delete(prefix);
    return [
      {
        ...first,
        always,
        sometimes: sortPrefixes([...all]),
        counts: [...new Set(versions.flatMap((each) => each.counts))].sort((a, b) => a - b),
      },
    ];
  });
}

function mergedTables(predictions: readonly LabPrediction[]): TablePrediction[] {
  const byRouter = new Map<string, Set<Prefix>>();
  for (const { router, prefixes } of predictions.flatMap((each) => each.tables))
    byRouter.set(router, new Set([...(byRouter.get(router) ?? []), ...prefixes]));
  return [...byRouter].map(([router, prefixes]) => ({
    router,
    prefixes: sortPrefixes([...prefixes]),
    ribEntries: ribEntries([...prefixes]),
  }));
}

/** What has a prefix in several tables, by prefix. */
function byPrefix<Entry extends { readonly prefix: Prefix }>(
  tables: readonly (readonly Entry[])[],
): [Prefix, Entry[]][] {
  const found = new Map<Prefix, Entry[]>();
  for (const entry of tables.flat()) found.set(entry.prefix, [...(found.get(entry.prefix) ?? []), entry]);
  return sortPrefixes([...found.keys()]).map((prefix) => [prefix, found.get(prefix) ?? []]);
}

function mergedRib(tables: readonly (readonly RibEntry[])[]): RibEntry[] {
  return byPrefix(tables).map(([prefix, entries]) => {
    const versions = new Map<string, RibPath[]>();
    for (const path of entries.flatMap((entry) => entry.paths)) {
      const key = JSON.stringify({ ...path, present: null, best: null, multipath: null });
      versions.set(key, [...(versions.get(key) ?? []), path]);
    }
    const paths = [...versions.values()].flatMap((each) => mergedPath(each, tables.length));
    return { prefix, paths: paths.sort((a, b) => neighborOf(a) - neighborOf(b)) };
  });
}

/** Own paths come first in a table, then those of the neighbors by address. */
const neighborOf = ({ peer }: RibPath): number => (peer === null ? -1 : knownAddress(peer));

/** @param versions of one path, in the passes that have it */
function mergedPath(versions: readonly RibPath[], passes: number): RibPath[] {
  const [first] = versions;
  if (first === undefined) return [];
  const everywhere = versions.length === passes;
  const agreed = (of: (path: RibPath) => Certainty): Certainty => {
    const [certainty = "never", ...others] = new Set(versions.map(of));
    return others.length === 0 && (everywhere || certainty === "never") ? certainty : "sometimes";
  };
  return [
    {
      ...first,
      present: everywhere && versions.every(({ present }) => present === "always") ? "always" : "sometimes",
      best: agreed(({ best }) => best),
      multipath: agreed(({ multipath }) => multipath),
    },
  ];
}

function mergedFib(tables: readonly (readonly FibEntry[])[]): FibEntry[] {
  return byPrefix(tables).flatMap(([, versions]) => {
    const [first] = versions;
    if (first === undefined) return [];
    const alike = new Set(versions.map((each) => JSON.stringify(each))).size === 1;
    if (alike && versions.length === tables.length) return [first];
    const hops = new Map(
      versions.flatMap((each) => each.nextHops).map((hop) => [`${hop.address} ${hop.interface}`, hop]),
    );
    return [
      {
        ...(versions.find(({ kind }) => kind === "bgp") ?? first),
        nextHops: [...hops.values()].sort((a, b) => knownAddress(a.address) - knownAddress(b.address)),
        certain: false,
      },
    ];
  });
}
