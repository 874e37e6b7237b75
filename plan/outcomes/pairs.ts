import type { Allocation } from "../allocate";
import { WHOLE, type Drop, type Path } from "../paths";
import type { Broken } from "../prediction";
import { listText, type Finding } from "../rules/rule";
import type { LabPlan, Prefix } from "../types";
import { originAt, placeOf } from "./blame";

/** Causes of one family that are told one by one; the rest is counted. */
const TOLD = 5;
/** Names that stand in a sentence. */
const NAMED = 3;

/** Paths that end at one place for one reason. */
interface Cause {
  readonly at: string;
  readonly cause: Drop["cause"];
  /** Route that led to the end; null where there was none. */
  readonly route: Prefix | null;
  readonly reason: string;
  readonly paths: Path[];
}

/** The route by which a packet went on at the machine, or was discarded there. */
const routeAt = (path: Path, at: string): Prefix | null =>
  [...path.steps.flat()].reverse().find((hop) => hop.at === at && hop.route !== null)?.route ?? null;

/** By where and why packets end, most paths first. A path that ends in several places counts at each. */
function causesOf(paths: readonly Path[]): Cause[] {
  const found = new Map<string, Cause>();
  for (const path of paths) {
    // A loop has as many places as machines in it: its first tells all.
    for (const { at, cause, reason } of firstOfEach(path.drops)) {
      const route = routeAt(path, at);
      const key = causeKey(at, cause, route, reason);
      const before = found.get(key);
      if (before === undefined) found.set(key, { at, cause, route, reason, paths: [path] });
      else if (before.paths.at(-1) !== path) before.paths.push(path);
    }
  }
  return [...found.values()].sort((a, b) => b.paths.length - a.paths.length || (a.at < b.at ? -1 : 1));
}

/** Packets that one route leads astray have one cause; where there is no route, those to one address have. */
const causeKey = (at: string, cause: Drop["cause"], route: Prefix | null, reason: string): string =>
  JSON.stringify([at, cause, route ?? reason]);

/** Of each cause the first. */
function firstOfEach(drops: readonly Drop[]): Drop[] {
  return drops.filter(({ cause }, i) => drops.findIndex((each) => each.cause === cause) === i);
}

const pairText = ({ from, to }: Path): string => `${from.name} to ${to.name}`;

/** "a to b, c to d and 7 more". */
export function pairsText(paths: readonly Path[]): string {
  const named = paths.slice(0, NAMED).map(pairText);
  return paths.length > NAMED ? `${named.join(", ")} and ${paths.length - NAMED} more` : listText(named);
}

/**
 * Names the command that shows the whole of one such path.
 *
 * @param broken what is taken out first
 */
export function look({ from, to }: Path, broken: Broken = WHOLE): string {
  const out = [...broken.links.map((name) => `link:${name}`), ...broken.machines.map((name) => `node:${name}`)];
  const option = out.length === 0 ? "" : `--broken ${out.join(",")} `;
  return `\`fabriclab predict ${option}--path ${from.name} ${to.name}\` shows every hop`;
}

function findingOf(lab: Allocation, { at, cause, route, reason, paths }: Cause, verb: string): Finding {
  const [first] = paths;
  if (first === undefined) throw new Error("a cause without a path");
  const origin = cause === "blackhole" ? originAt(lab, at, route) : null;
  const machine = at.replace(/^pod:/, "");
  const remedy =
    origin === null
      ? `Change what ${machine} is told, or what it makes of it: ${look(first)}.`
      : origin.kind === "aggregate"
        ? "Take the aggregate out: other routers are then told the longer prefixes, and who has them."
        : `Take the network out: ${machine} announces what it has no way to.`;
  return {
    path: origin?.path ?? placeOf(lab, machine),
    message: `${reason}: ${verb} ${pairsText(paths)}`,
    values: origin === null ? {} : { [origin.path]: origin.prefix },
    remedy,
  };
}

/** One finding a cause, the ones that most pairs have first; what is left over is counted. */
function findings(lab: Allocation, paths: readonly Path[], verb: string): Finding[] {
  const causes = causesOf(paths);
  const told = causes.slice(0, TOLD);
  const rest = causes.slice(TOLD);
  const first = told.map((cause) => findingOf(lab, cause, verb));
  const [next] = rest[0]?.paths ?? [];
  if (next === undefined) return first;
  const places = [...new Set(rest.map(({ at }) => at))];
  const more = places.length > NAMED ? `${places.slice(0, NAMED).join(", ")} and others` : listText(places);
  return [
    ...first,
    {
      path: placeOf(lab, rest[0]!.at.replace(/^pod:/, "")),
      message: `there are ${rest.length} more places where packets end: at ${more}`,
      values: {},
      remedy: `Mend the others first; then run check again. ${look(next)}.`,
    },
  ];
}

/** Pairs that nothing connects. */
export const deadPaths = (lab: Allocation, paths: readonly Path[]): Finding[] =>
  findings(
    lab,
    paths.filter(({ verdict }) => verdict === "dropped"),
    "nothing gets from",
  );

/** Pairs of which some flows arrive and others don't. A cause that leaves other pairs dead is told with those. */
export function dependingPaths(lab: Allocation, paths: readonly Path[]): Finding[] {
  const of = (verdict: Path["verdict"]): Path[] => paths.filter((path) => path.verdict === verdict);
  const keysOf = (path: Path): string[] =>
    firstOfEach(path.drops).map(({ at, cause, reason }) => causeKey(at, cause, routeAt(path, at), reason));
  const dead = new Set(of("dropped").flatMap(keysOf));
  const others = of("depends").filter((path) => !keysOf(path).every((key) => dead.has(key)));
  return findings(lab, others, "some flows are lost from");
}

/** Pairs whose packets pass a machine that is no router and neither of the two. A node that translates a service's address passes on what was for itself. */
export function transitPaths(lab: Allocation, plan: LabPlan, paths: readonly Path[]): Finding[] {
  const servers = new Set(plan.servers.map(({ name }) => name));
  const passing = new Map<string, Path[]>();
  for (const path of paths.filter(({ to }) => to.kind !== "service")) {
    const ends = new Set([
      path.from.machine,
      path.to.machine,
      ...path.arrivals.map(({ at }) => at.replace(/^pod:/, "")),
    ]);
    const through = new Set(
      path.steps
        .flat()
        .filter(({ at, action }) => action === "route" && servers.has(at) && !ends.has(at))
        .map(({ at }) => at),
    );
    for (const machine of through) passing.set(machine, [...(passing.get(machine) ?? []), path]);
  }
  return [...passing].map(([machine, all]) => ({
    path: placeOf(lab, machine),
    message: `${machine} is no router, and passes on what is for others: ${pairsText(all)}`,
    values: {},
    remedy: `Keep its neighbors from taking its routes for those of others: ${look(all[0]!)}.`,
  }));
}

/** Pairs between which a link drops full-sized packets that the sender may send. */
export function narrowPaths(lab: Allocation, paths: readonly Path[]): Finding[] {
  const narrow = paths.filter(
    ({ verdict, mtu, from }) => verdict === "arrives" && mtu.limit !== null && from.kind === "pod",
  );
  const [first] = narrow;
  if (first === undefined) return [];
  const { sender, largest, limit } = first.mtu;
  return [
    {
      path: lab.spec.calico.podMtu === null ? "fabric.mtu" : "calico.podMtu",
      message: `pods send packets of ${sender} bytes, and ${limit} takes ${largest}: those of full size are dropped from ${pairsText(narrow)}`,
      values: { "calico.podMtu": String(sender), "fabric.mtu": String(lab.spec.fabric.mtu) },
      remedy: `Use a podMtu of ${largest} or less, or leave it out: it follows from the links' MTU.`,
    },
  ];
}
