import type { Allocation } from "../allocate";
import { leavesOf } from "../lookup";
import type { LabPrediction, SessionPrediction } from "../prediction";
import { listText, type Finding } from "../rules/rule";
import type { LabPlan } from "../types";
import { placeOf } from "./blame";

const NAMED = 4;
const some = (items: readonly string[]): string =>
  items.length > NAMED ? `${items.slice(0, NAMED).join(", ")} and ${items.length - NAMED} more` : listText(items);

/** Items by what they have in common, in the order of their first. */
function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

/** A reason without its addresses: what several sessions have in common. */
const kindOf = (reason: string): string => reason.replace(/\d+\.\d+\.\d+\.\d+(\/\d+)?/g, "*");

/** Sessions that stay down with nothing broken, those of one reason together. */
export function downSessions(lab: Allocation, { sessions }: LabPrediction): Finding[] {
  // A neighbor that the other end does not name is another rule's, which the spec may have switched off.
  const left = Object.hasOwn(lab.spec.rules, "neighbor-one-sided") ? ["HALF_OPEN"] : [];
  const down = sessions.filter(({ state }) => !["ESTABLISHED", "UNSETTLED", ...left].includes(state));
  return grouped(down, ({ state, reason, a }) => [state, kindOf(reason), a.machine].join(" ")).map((alike) => {
    const first = alike[0] as SessionPrediction;
    return {
      path: placeOf(lab, first.a.machine ?? first.b.machine ?? ""),
      message: `${alike.length === 1 ? "the session" : `${alike.length} sessions`} ${some(alike.map(({ name }) => name))} ${alike.length === 1 ? "stays" : "stay"} down (${first.state}): ${first.reason}`,
      values: {},
      remedy:
        "Take the neighbor out, or give it what the reason asks for: `fabriclab predict --session` shows both ends.",
    };
  });
}

/** What depends on timing: sessions that come and go, prefixes that never settle or settle differently. */
export function unsettledRoutes(lab: Allocation, { sessions, unsettled }: LabPrediction): Finding[] {
  const flapping = sessions.filter(({ state }) => state === "UNSETTLED");
  const [first] = flapping;
  return [
    ...(first === undefined
      ? []
      : [
          {
            path: placeOf(lab, first.a.machine ?? ""),
            message: `${flapping.length === 1 ? "the session" : "the sessions"} ${some(flapping.map(({ name }) => name))} ${flapping.length === 1 ? "does" : "do"} not come to rest: ${first.reason}`,
            values: {},
            remedy: "Let the way to the neighbor not depend on the session itself: name an address of a link.",
          },
        ]),
    ...(unsettled.length === 0
      ? []
      : [
          {
            path: "fabric",
            message: `routes to ${some([...unsettled])} don't come to rest, or rest in a state that timing chooses`,
            values: {},
            remedy:
              "Take out what prefers each router's way over the other's: `fabriclab predict --rib` shows the paths.",
          },
        ]),
  ];
}

/** Routes that a switch learns and can't use, because their next hop is out of its reach. */
export function unreachableNextHops(lab: Allocation, plan: LabPlan, prediction: LabPrediction): Finding[] {
  const tiers = plan.switches.filter(({ name }) => prediction.speakers.includes(name));
  // Leaves and spines of a big lab are alike: a few of each tell.
  const leaves = new Set(leavesOf(plan).map(({ name }) => name));
  const asked = [
    ...tiers.filter(({ name }) => leaves.has(name)).slice(0, 8),
    ...tiers.filter(({ name }) => !leaves.has(name)).slice(0, 4),
  ];
  const lost = asked.flatMap(({ name }) =>
    prediction.unusable(name).flatMap(({ prefix, paths }) => {
      const learned = paths.find(({ from, present }) => from !== null && present === "always");
      return learned === undefined
        ? []
        : [{ router: name, prefix, nextHop: learned.nextHop ?? "", from: learned.from ?? "" }];
    }),
  );
  return grouped(lost, ({ router, from }) => `${router} ${from}`).map((alike) => {
    const [{ router, from, nextHop } = { router: "", from: "", nextHop: "" }] = alike;
    return {
      path: placeOf(lab, router),
      message: `${router} learns ${some(alike.map(({ prefix }) => prefix))} from ${from} and can't use ${alike.length === 1 ? "it" : "them"}: it has no route to the next hop ${nextHop}`,
      values: {},
      remedy: `Let ${from} put itself in as next hop (nextHopSelf), or announce the way to ${nextHop}.`,
    };
  });
}
