import { knownAddress } from "../../lab-spec/ip";
import { nodesSpeakBgp } from "../calico";
import type { LabPlan, Prefix } from "../types";
import { classesOf } from "./bgp/alike";
import { edgesOf } from "./bgp/network";
import type { Network } from "./bgp/model";
import { nominalBlocks } from "./blocks";
import { groupsOf, type Group } from "./groups";
import { limitsPassed, type LimitsPassed } from "./prefix-limits";
import { nextHops, reachability, type Asked, type Routes } from "./reach";
import { sessionsOf, type Sessions } from "./sessions";
import { speakersOf, type Speaker } from "./speakers";
import { topologyOf, type Topology } from "./topology";
import type { Broken, PredictedEnd, PredictOptions } from "./types";

const WHOLE: Broken = { links: [], machines: [] };

/** Passes after which neither rest nor a cycle is waited for; those that are left then are all taken for possible. */
const MOST_PASSES = 32;
const KEPT_PASSES = 8;

/** The sessions of a lab, and what its routes settle on over these sessions. */
export interface Pass {
  readonly topology: Topology;
  readonly blocks: Readonly<Record<string, readonly Prefix[]>>;
  readonly network: Network;
  readonly sessions: Sessions["sessions"];
  readonly groups: readonly Group[];
}

/** What the passes of one lab have in common. */
interface Setting {
  readonly plan: LabPlan;
  readonly topology: Topology;
  readonly blocks: Pass["blocks"];
  readonly speakers: readonly Speaker[];
}

/**
 * Sessions and routes depend on each other: a session over several links needs routes to the other end, and routes need the sessions that bring
 * them. They are found in passes. Each pass takes the routes of the pass before for granted, finds the sessions, and settles the routes anew.
 *
 * - A pass whose routes give the same answers as those that it took for granted is what the lab comes to rest in.
 * - A pass that takes the same answers for granted as an earlier one begins a cycle: a session that ends by the routes that it brings itself comes
 *   and goes for ever. All passes of the cycle are possible then, and none is certain.
 * - Where timing decides whether a session hits its maximum of prefixes, the lab with the session and the lab without are possible.
 *
 * @returns one pass if sessions and routes are certain, else several: what they do not agree in is not settled
 */
export function possiblePasses(plan: LabPlan, options: PredictOptions = {}): readonly [Pass, ...Pass[]] {
  const topology = topologyOf(plan, options.broken ?? WHOLE);
  const blocks = options.blocks ?? (nodesSpeakBgp(plan.calico) ? nominalBlocks(plan) : {});
  const speakers = speakersOf(plan, topology, blocks, options.announced ?? {});
  return passesFrom({ plan, topology, blocks, speakers }, new Map());
}

/**
 * The one pass of a lab whose sessions and routes are certain.
 *
 * @throws Error for a lab whose sessions never settle: it has no outcomes to list
 */
export function certainPass(plan: LabPlan, options: PredictOptions = {}): Pass {
  const [pass, ...others] = possiblePasses(plan, options);
  if (others.length > 0) throw new Error(`the sessions of lab ${plan.name} never settle: it has no stable outcomes`);
  return pass;
}

/** A pass, the answers that it took for granted, and the sessions that it brings beyond their limits. */
interface Walked {
  readonly pass: Pass;
  readonly asked: Asked;
  readonly limits: LimitsPassed;
  /** How many sessions had been ended before it. */
  readonly ended: number;
}

/** @param before sessions that their limits have ended, and why, by name */
function passesFrom(setting: Setting, before: ReadonlyMap<string, string>): readonly [Pass, ...Pass[]] {
  const ended = new Map(before);
  const walked: Walked[] = [];
  for (;;) {
    const now = walkOnce(setting, walked.at(-1)?.pass ?? null, ended);
    const start = walked.findIndex((each) => each.ended === now.ended && sameAnswers(each.asked, now.asked));
    if (start >= 0) return withDoubts(setting, walked.slice(start), ended);
    walked.push(now);
    for (const [session, why] of now.limits.surely) ended.set(session, why);
    if (ended.size === now.ended && isSteady(setting, now)) return withDoubts(setting, [now], ended);
    if (walked.length === MOST_PASSES) return withDoubts(setting, walked.slice(-KEPT_PASSES), ended);
  }
}

/** Passes that are possible, and beside them those of the lab in which every session ends that may end by its limit. */
function withDoubts(
  setting: Setting,
  possible: readonly Walked[],
  ended: ReadonlyMap<string, string>,
): readonly [Pass, ...Pass[]] {
  const [first, ...others] = possible.map(({ pass }) => pass);
  if (first === undefined) throw new Error("a lab without a pass");
  const doubtful = possible.flatMap(({ limits }) => [...limits.perhaps]).filter(([session]) => !ended.has(session));
  return doubtful.length === 0
    ? [first, ...others]
    : [first, ...others, ...passesFrom(setting, new Map([...ended, ...doubtful]))];
}

function walkOnce(
  { plan, topology, blocks, speakers }: Setting,
  last: Pass | null,
  ended: ReadonlyMap<string, string>,
): Walked {
  const asked: Asked = new Map();
  const routes = reachability(plan, topology, speakers, last, asked);
  const found = sessionsOf(plan, speakers, topology, { ...routes, ended });
  const { edges, reverse } = edgesOf(speakers, found.halves);
  const stubs = new Set(
    speakers.filter((at) => !at.software.returnsRoutes && edges[at.id]?.length === 1).map((at) => at.id),
  );
  const network: Network = {
    speakers,
    edges,
    reverse,
    drained: speakers.some((at) => at.drain),
    stubs,
    classes: classesOf(speakers, edges, reverse, stubs),
    distance: nextHops(topology, routes),
  };
  const groups = groupsOf(network);
  // What nobody has asked yet is answered by the routes of this pass: of speakers that pass nothing on, tables are made when somebody wants to see them.
  const later = reachability(plan, topology, speakers, { network, groups }, new Map(asked));
  const settled: Network = { ...network, distance: nextHops(topology, later) };
  const pass = { topology, blocks, network: settled, sessions: found.sessions, groups };
  const limits = limitsPassed(settled, groups);
  const perhaps = new Map([...limits.perhaps, ...lostByChance(found.sessions, later)]);
  return { pass, asked, limits: { ...limits, perhaps }, ended: ended.size };
}

/** Sessions of which an end has a way to the other in some outcomes alone, and why, by name. */
function lostByChance(sessions: Sessions["sessions"], routes: Routes): [string, string][] {
  const why = ({ machine }: PredictedEnd, { address }: PredictedEnd): string[] =>
    machine !== null && address !== null && routes.chancy(machine, knownAddress(address))
      ? [`${machine} is told of a route to ${address} whose next hop it can't reach, which is a matter of timing`]
      : [];
  return sessions
    .filter(({ state }) => state === "ESTABLISHED")
    .flatMap(({ name, a, b }) => [...why(a, b), ...why(b, a)].map((text): [string, string] => [name, text]));
}

/** Whether the routes of a pass give the answers that the pass took for granted. */
function isSteady({ plan, topology, speakers }: Setting, { pass, asked }: Walked): boolean {
  const now = reachability(plan, topology, speakers, pass, new Map());
  return [...asked.values()].every(
    ({ kind, machine, address, answer }) => String(now[kind](machine, address)) === String(answer),
  );
}

/** The same questions with the same answers: all that a pass makes follows from these. */
function sameAnswers(one: Asked, other: Asked): boolean {
  return (
    one.size === other.size &&
    [...one].every(([key, { answer }]) => {
      const also = other.get(key);
      return also !== undefined && String(also.answer) === String(answer);
    })
  );
}
