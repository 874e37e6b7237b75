import type { PathEnd, Path } from "../../plan/paths";
import { fibViews, sessionViews, type RouterFilter, type PredictedLab } from "./engine";
import type { DiffView, FibView, Moved } from "./schema";
import { wayText } from "./text";

const NONE = "none";

/** What the broken lab changes: sessions, prefixes received, routes, paths. What only a machine taken out had is left out: it has nothing now. */
export function differenceOf(
  whole: PredictedLab,
  broken: PredictedLab,
  pairs: readonly (readonly [PathEnd, PathEnd])[],
  of: RouterFilter,
): DiffView {
  const left = new Set(broken.machines);
  const stays = ({ machine }: PathEnd): boolean => machine === null || left.has(machine);
  return {
    sessions: changes(whole, broken, (routing) =>
      sessionViews(routing, of).map((each): Entry => [
        `${each.a.machine} ${each.a.address} - ${each.b.machine} ${each.b.address}`,
        each.name,
        each.reason === "" ? each.state : `${each.state}: ${each.reason}`,
      ]),
    ),
    received: changes(whole, broken, (routing) =>
      sessionViews(routing, of)
        .filter((each) => each.state === "ESTABLISHED" || each.state === "UNSETTLED")
        .flatMap(({ name, a, b, receivedByA, receivedByB }): Entry[] => [
          [a.machine ?? "", `prefixes of ${name}`, receivedByA.join(" or ")],
          [b.machine ?? "", `prefixes of ${name}`, receivedByB.join(" or ")],
        ]),
    ),
    routes: changes(whole, broken, (routing) =>
      fibViews(routing, (machine) => of(machine) && machine !== null && left.has(machine)).map((each): Entry => [
        each.machine,
        each.prefix,
        routeText(each),
      ]),
    ),
    paths: pairs
      .filter((ends) => ends.every(stays))
      .flatMap(([from, to]) => movedPath(from, to, whole.tracer.trace(from, to), broken.tracer.trace(from, to))),
  };
}

type Entry = readonly [at: string, what: string, value: string];

function changes(whole: PredictedLab, broken: PredictedLab, entries: (of: PredictedLab) => readonly Entry[]): Moved[] {
  const table = (of: PredictedLab): Map<string, Entry> =>
    new Map(entries(of).map((each) => [`${each[0]}\n${each[1]}`, each]));
  const before = table(whole);
  const after = table(broken);
  return [...new Map([...before, ...after])].flatMap(([key, [at, what]]) => {
    const was = before.get(key)?.[2] ?? NONE;
    const now = after.get(key)?.[2] ?? NONE;
    return was === now ? [] : [{ at, what, was, now }];
  });
}

const routeText = ({ kind, nextHops, interface: name }: FibView): string =>
  `${kind}${nextHops.length === 0 ? (name === "" ? "" : ` on ${name}`) : ` via ${nextHops.map((hop) => hop.address).join(", ")}`}`;

function movedPath(from: PathEnd, to: PathEnd, before: Path, after: Path): Moved[] {
  const was = wayText(before);
  const now = wayText(after);
  return was === now ? [] : [{ at: from.name, what: to.name, was, now }];
}
