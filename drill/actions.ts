import type { Broken } from "../plan/prediction";
import type { LabPlan, LinkEnd, LinkPlan } from "../plan/types";
import { didYouMean } from "../lab-spec/suggest";
import { shellWord } from "../common/shell-word";

export const KINDS = ["link-down", "node-down", "spine-down", "session-reset"] as const;
export type Kind = (typeof KINDS)[number];

/** A line of shell on a machine, and the line that undoes it. */
export interface Step {
  readonly machine: string;
  readonly apply: string;
  readonly undo: string;
}

/** A failure: what is done to which machines, and what the lab is without. */
export interface Action {
  readonly kind: Kind;
  /** "link-down leaf1 spine1". */
  readonly title: string;
  /** How it is done, for people. */
  readonly how: string;
  readonly steps: readonly Step[];
  readonly broken: Broken;
  /** Machines that are dead: nothing of theirs is asked or expected. */
  readonly dead: readonly string[];
  /** Names of sessions that end though nothing is broken. */
  readonly resets: readonly string[];
}

/** Thrown for a failure that the lab can't have. */
export class BadDrill extends Error {}

const EXAMPLES: Record<Kind, string> = {
  "link-down": "link-down leaf1 spine1",
  "node-down": "node-down k8s-node-l2-1",
  "spine-down": "spine-down spine1",
  "session-reset": "session-reset leaf1 spine1",
};

/**
 * Puts a failure into steps.
 *
 * A cable that is cut loses its carrier at both ends: one end is set down, always a switch's (a server would lose its default route for good). A machine
 * dies as at a power cut: all its cables at once lose carrier, so that it says goodbye to nobody; it goes on running behind them and is back as soon as
 * they are. With `silent`, cables keep their carrier and pass nothing (a token bucket that holds no packet, at both ends): the failure that only hold
 * timers and BFD can see.
 *
 * @throws BadDrill with what was probably meant
 */
export function actionOf(plan: LabPlan, kind: Kind, names: readonly string[], silent: boolean): Action {
  const wanted = kind === "link-down" || kind === "session-reset" ? 2 : 1;
  if (names.length !== wanted)
    throw new BadDrill(
      `${kind} takes ${wanted === 2 ? "two machines" : "one machine"}, as in \`${EXAMPLES[kind]}\`; got ${names.length === 0 ? "none" : names.join(" ")}`,
    );
  const machines = names.map((name) => known(plan, kind, name));
  const title = [kind, ...names, ...(silent ? ["--silent"] : [])].join(" ");
  if (kind === "session-reset") {
    if (silent) throw new BadDrill("--silent is for cables: a session that is reset says so (leave it out)");
    return { kind, title, ...reset(plan, machines) };
  }
  const links =
    kind === "link-down"
      ? [linkBetween(plan, machines)]
      : plan.links.filter((link) => [link.a.machine, link.b.machine].includes(machines[0] ?? ""));
  const dead = kind === "link-down" ? [] : machines;
  return {
    kind,
    title,
    how: silent ? "its cables keep their carrier and pass nothing" : "its cables lose their carrier",
    steps: links.flatMap((link) =>
      silent ? [silenced(link.a), silenced(link.b)] : [cut(plan, link, dead[0] ?? null)],
    ),
    broken: { links: kind === "link-down" ? links.map((each) => each.name) : [], machines: dead },
    dead,
    resets: [],
  };
}

function known(plan: LabPlan, kind: Kind, name: string): string {
  const spines = plan.switches.filter((each) => each.role === "spine").map((each) => each.name);
  const all =
    kind === "spine-down"
      ? spines
      : [...plan.switches, ...plan.nodes, ...plan.hosts, ...(plan.netscaler === null ? [] : [plan.netscaler])].map(
          (each) => each.name,
        );
  if (!all.includes(name))
    throw new BadDrill(
      `lab ${plan.name} has no ${kind === "spine-down" ? "spine" : "machine"} "${name}". ${didYouMean(name, all)}`,
    );
  return name;
}

function linkBetween(plan: LabPlan, [a = "", b = ""]: readonly string[]): LinkPlan {
  const found = plan.links.find(
    (link) => (link.a.machine === a && link.b.machine === b) || (link.a.machine === b && link.b.machine === a),
  );
  if (found !== undefined) return found;
  const others = plan.links
    .flatMap((link) => (link.a.machine === a ? [link.b.machine] : link.b.machine === a ? [link.a.machine] : []))
    .sort();
  throw new BadDrill(`no link between ${a} and ${b}: ${a} is connected to ${others.join(", ")}`);
}

const isSwitch = (plan: LabPlan, name: string): boolean => plan.switches.some((each) => each.name === name);

/** At the dying switch's own end, so that the others see what they would see; at the leaf's for a server. */
function cut(plan: LabPlan, { a, b }: LinkPlan, dead: string | null): Step {
  const end = !isSwitch(plan, b.machine) ? a : !isSwitch(plan, a.machine) ? b : b.machine === dead ? b : a;
  return {
    machine: end.machine,
    apply: `ip link set dev ${end.interface} down`,
    undo: `ip link set dev ${end.interface} up`,
  };
}

/** tc-tbf(8): packets larger than the bucket are dropped, and every packet is larger than one byte. */
function silenced({ machine, interface: name }: LinkEnd): Step {
  return {
    machine,
    apply: `tc qdisc replace dev ${name} root tbf rate 8bit burst 1 limit 1`,
    undo: `tc qdisc del dev ${name} root`,
  };
}

/** A hard reset by the first machine, or by the second where the first is no switch: the session ends with a Cease (RFC 4486) and is made anew. */
function reset(
  plan: LabPlan,
  [a = "", b = ""]: readonly string[],
): Pick<Action, "how" | "steps" | "broken" | "dead" | "resets"> {
  const session = plan.sessions.find(
    (each) => [each.a.machine, each.b.machine].includes(a) && [each.a.machine, each.b.machine].includes(b),
  );
  const ends = session === undefined ? [] : [session.a, session.b];
  const own =
    ends.find((end) => end.machine === a && isSwitch(plan, a)) ?? ends.find((end) => isSwitch(plan, end.machine));
  const other = ends.find((end) => end !== own);
  if (own === undefined || other === undefined) {
    const peers = plan.sessions
      .flatMap((each) => (each.a.machine === a ? [each.b.machine] : each.b.machine === a ? [each.a.machine] : []))
      .sort();
    throw new BadDrill(
      session === undefined
        ? `no BGP session between ${a} and ${b}: ${a} has ${peers.length === 0 ? "none" : `sessions with ${peers.join(", ")}`}`
        : `neither ${a} nor ${b} is a switch: only sessions of switches can be reset`,
    );
  }
  return {
    how: `${own.machine} resets the session with ${other.address}`,
    steps: [
      { machine: own.machine, apply: `vtysh -c ${shellWord(`clear bgp ipv4 unicast ${other.address}`)}`, undo: "true" },
    ],
    broken: { links: [], machines: [] },
    dead: [],
    resets: session === undefined ? [] : [session.name],
  };
}

/** Shell text (bash) that does a machine's steps, prints the time, and undoes them when its input ends; each step is undone, also where one fails. */
export function heldScript(steps: readonly Step[]): string {
  return `undo() { s=0; ${steps.map((step) => `{ ${step.undo}; } || s=1`).join("; ")}; }
t=$EPOCHREALTIME; { ${steps.map((step) => step.apply).join(" && ")}; } >/dev/null || { undo 2>/dev/null; exit 1; }
echo "done $t"
while read -r _; do :; done
undo; exit $s`;
}

/** Steps by machine, in the order of first mention. */
export function byMachine(steps: readonly Step[]): [string, Step[]][] {
  const found = new Map<string, Step[]>();
  for (const step of steps) found.set(step.machine, [...(found.get(step.machine) ?? []), step]);
  return [...found];
}
