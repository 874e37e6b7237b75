import type { Allocation } from "../allocate";
import { tracerOf, type Path } from "../paths";
import { predictLab, type Broken } from "../prediction";
import { listText, type Finding } from "../rules/rule";
import { homeOf, spinesOf } from "../lookup";
import type { LabPlan, LinkEnd } from "../types";
import { placeOf } from "./blame";
import { representatives } from "./alike";
import { outcomesOf, type LabOutcomes } from "./outcomes";
import { look, pairsText } from "./pairs";

/** Spines that are taken down one by one: those of big labs are alike. */
const SPINES = 4;
/** Leaves whose links are taken down one by one. */
const LEAVES = 6;

/** One link or switch that is down. */
interface Failure {
  readonly text: string;
  /** Machine to which the finding is pinned. */
  readonly at: string;
  readonly broken: Broken;
}

/** Machines that cables connect, with some things taken out; only switches pass frames on. */
function connected(plan: LabPlan, { links, machines }: Broken, from: string): ReadonlySet<string> {
  const switches = new Set(plan.switches.map(({ name }) => name));
  const seen = new Set([from]);
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at !== from && !switches.has(at)) continue;
    for (const { name, a, b } of plan.links) {
      if (links.includes(name)) continue;
      const far = a.machine === at ? b.machine : b.machine === at ? a.machine : null;
      if (far === null || machines.includes(far) || seen.has(far)) continue;
      seen.add(far);
      open.push(far);
    }
  }
  return seen;
}

const ends = (spines: ReadonlySet<string>, leaves: ReadonlySet<string>, a: LinkEnd, b: LinkEnd): boolean =>
  (spines.has(a.machine) && leaves.has(b.machine)) || (spines.has(b.machine) && leaves.has(a.machine));

/** Each link between switches and each switch, as far as they differ from one another by what is at their ends. */
function failuresOf(plan: LabPlan, asked: readonly Path[]): Failure[] {
  const used = new Set(asked.flatMap(({ from, to }) => [from.machine, to.machine]));
  const leavesAsked = new Set(
    plan.servers.filter(({ name }) => used.has(name)).flatMap(({ uplinks }) => uplinks.map(({ leaf }) => leaf)),
  );
  const spines = new Set(
    spinesOf(plan)
      .slice(0, SPINES)
      .map(({ name }) => name),
  );
  const leaves = new Set([...leavesAsked].slice(0, LEAVES));
  const links = plan.links.filter(({ kind, a, b }) => kind === "fabric" && ends(spines, leaves, a, b));
  return [
    ...links.map(({ name, a }): Failure => ({
      text: `the link ${name} down`,
      at: a.machine,
      broken: { links: [name], machines: [] },
    })),
    ...plan.switches
      .filter(({ name }) => spines.has(name) || leaves.has(name))
      .map(({ name }): Failure => ({ text: `${name} down`, at: name, broken: { links: [], machines: [name] } })),
  ];
}

/** Whether a failure may touch what is behind a machine: that of a link touches its own leaf; that of a switch, everything. */
function concernedBy({ broken }: Failure, plan: LabPlan): (machine: string | null) => boolean {
  const ended = new Set(
    plan.links.filter(({ name }) => broken.links.includes(name)).flatMap(({ a, b }) => [a.machine, b.machine]),
  );
  const homes = new Map(plan.servers.map((each) => [each.name, homeOf(each).leaf]));
  return (machine) => broken.machines.length > 0 || ended.has(homes.get(machine ?? "") ?? "");
}

/** What arrives with nothing broken and, for all that its ends still have cables, not with one thing down. */
function lostBy(failure: Failure, { plan, paths }: LabOutcomes): Path[] {
  const concerned = concernedBy(failure, plan);
  const prediction = predictLab(plan, { broken: failure.broken });
  const tracer = tracerOf(plan, prediction, failure.broken, representatives(plan));
  const reached = new Map<string, ReadonlySet<string>>();
  const cabled = (from: string | null, to: string): boolean => {
    if (from === null || failure.broken.machines.includes(from)) return false;
    const there = reached.get(from) ?? connected(plan, failure.broken, from);
    reached.set(from, there);
    return there.has(to);
  };
  return (
    paths
      // A service has several endpoints, and the cluster takes out those that it loses: pairs with pods and nodes tell of them.
      .filter(
        ({ verdict, from, to }) =>
          verdict === "arrives" &&
          from.kind !== "node" &&
          to.machine !== null &&
          (concerned(from.machine) || concerned(to.machine)) &&
          cabled(from.machine, to.machine),
      )
      .map(({ from, to }) => tracer.trace(from, to))
      .filter(({ verdict }) => verdict !== "arrives")
  );
}

/** What a failure costs, and why. */
interface Loss {
  readonly failure: Failure;
  readonly lost: readonly [Path, ...Path[]];
}

/** Losses for one reason: links that are alike lose alike. */
function alikeLosses(losses: readonly Loss[]): [Loss, ...Loss[]][] {
  const groups = new Map<string, [Loss, ...Loss[]]>();
  for (const loss of losses) {
    const [{ drops, verdict }] = loss.lost;
    const kind = loss.failure.broken.links.length > 0 ? "link" : "switch";
    const key = JSON.stringify([
      kind,
      verdict,
      drops[0]?.cause,
      drops[0]?.reason.replace(/^\S+/, "").replace(/\d+\.\d+\.\d+\.\d+(?!\/)/g, "*"),
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [loss]);
    else group.push(loss);
  }
  return [...groups.values()];
}

const NAMED = 4;

/** Of each link and each switch, the pairs that its failure costs although they still have cables; those that are alike together. */
export function singleFailures(lab: Allocation): Finding[] {
  const outcomes = outcomesOf(lab);
  const losses = failuresOf(outcomes.plan, outcomes.paths).flatMap((failure): Loss[] => {
    const [first, ...others] = lostBy(failure, outcomes);
    return first === undefined ? [] : [{ failure, lost: [first, ...others] }];
  });
  return alikeLosses(losses).map((alike) => {
    const [{ failure, lost }] = alike;
    const [first] = lost;
    const { text, at, broken } = failure;
    const others = alike.slice(1).map((each) => each.failure.text.replace(/^the link | down$/g, ""));
    const more =
      others.length === 0
        ? ""
        : ` (and so with ${listText(others.length > NAMED ? [...others.slice(0, NAMED), `${others.length - NAMED} more`] : others)})`;
    const loses = first.verdict === "depends" ? "some flows are lost" : "nothing gets";
    return {
      path: placeOf(lab, at),
      message: `with ${text}${more}, ${first.drops[0]?.reason ?? "packets are lost"}: ${loses} from ${pairsText(lost)}`,
      values: {},
      remedy: `Give them a second way, or announce the longer prefixes: ${look(first, broken)}.`,
    };
  });
}
