import { outerText, type OuterHeader } from "../../plan";
import { tableText } from "../../common/table";
import type { Hop, Path } from "../../plan/paths";
import type { FibView, Moved, PathView, PredictionView, RibView, SessionView } from "./schema";

/** What a route has unless something sets it; not shown outside of an AS. */
const LOCAL_PREF = 100;

/** A path in one line: "pod:n1 > n1 > leaf1 > {spine1, spine2} > leaf2 > n2 > pod:n2". */
export function wayText(path: Pick<Path, "steps" | "verdict" | "drops">): string {
  const ways = path.steps.map((hops) => choice([...new Set(hops.map((hop) => hop.at))])).join(" > ");
  return path.verdict === "arrives"
    ? ways
    : `${ways === "" ? "" : `${ways}: `}${path.verdict === "dropped" ? "dropped" : "some flows dropped"}, ${[...new Set(path.drops.map((drop) => drop.reason))].join("; ")}`;
}

/** More names than a line holds are counted. */
const MOST_NAMES = 8;
const choice = (names: readonly string[]): string =>
  names.length === 1
    ? (names[0] ?? "")
    : names.length > MOST_NAMES
      ? `{${names.slice(0, MOST_NAMES - 1).join(", ")} and ${names.length - MOST_NAMES + 1} more}`
      : `{${names.join(", ")}}`;

/** One part of the text: a title, and a table under it. */
interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Everything of a prediction that was asked for, as tables. */
export function predictionText(of: PredictionView, colour: boolean): string {
  const taken = [...of.broken.links.map((name) => `link ${name}`), ...of.broken.machines];
  const tables = (sections: readonly Section[]): string[] =>
    sections.map(
      ({ title, head, rows }) => `${title}\n${rows.length === 0 ? "  none" : tableText(rows, { head, colour })}\n`,
    );
  const [only, ...others] = of.paths ?? [];
  return [
    `Lab ${of.lab} as predicted${taken.length === 0 ? "" : `, without ${taken.join(", ")}`}\n`,
    ...tables(routingSections(of)),
    ...(only !== undefined && others.length === 0 ? [onePath(only, colour)] : tables(pathSections(of))),
    ...tables(differenceSections(of)),
    ...remarks(of),
  ].join("\n");
}

/** Sessions, BGP tables and forwarding tables. */
function routingSections(of: PredictionView): Section[] {
  const sections: (Section | null)[] = [
    of.sessions === undefined
      ? null
      : {
          title: "BGP sessions",
          head: ["session", "type", "a", "b", "state", "received by a", "by b", "why not"],
          rows: of.sessions.map(sessionRow),
        },
    of.tables === undefined
      ? null
      : {
          title: "BGP tables",
          head: ["router", "prefixes", "RIB entries"],
          rows: of.tables.map((each) => [each.router, `${each.prefixes}`, `${each.entries}`]),
        },
    of.rib === undefined
      ? null
      : {
          title: "BGP paths (* best, ? best by timing, = used beside the best)",
          head: ["router", "prefix", "", "next hop", "from", "AS path", "local pref", "there"],
          rows: of.rib.flatMap(ribRows),
        },
    of.fib === undefined
      ? null
      : {
          title: "Forwarding tables",
          head: ["machine", "prefix", "kind", "next hops", ""],
          rows: of.fib.map(fibRow),
        },
  ];
  return sections.filter((each) => each !== null);
}

function pathSections({ paths }: PredictionView): Section[] {
  if (paths === undefined) return [];
  const head = ["from", "to", "arrives", "ttl", "largest", "encapsulation", "way"];
  return [{ title: "Paths", head, rows: paths.map(pathRow) }];
}

/** What the broken lab has otherwise than the whole one. */
function differenceSections({ diff, leftOut }: PredictionView): Section[] {
  if (diff === undefined) return [];
  const paths = leftOut.length > 0 ? "left out" : diff.paths.length;
  return [
    { title: "Sessions that change", head: ["session", "name", "whole", "broken"], rows: diff.sessions.map(movedRow) },
    {
      title: "Prefixes received that change",
      head: ["by", "of", "whole", "broken"],
      rows: diff.received.map(movedRow),
    },
    {
      title: `Routes that change (${diff.routes.length})`,
      head: ["machine", "prefix", "whole", "broken"],
      rows: diff.routes.map(movedRow),
    },
    { title: `Paths that change (${paths})`, head: ["from", "to", "whole", "broken"], rows: diff.paths.map(movedRow) },
  ];
}

/** How far the prediction can be taken at its word. */
function remarks(of: PredictionView): string[] {
  return [
    ...of.leftOut.map((each) => `Left out: ${each}.\n`),
    ...(of.inexact.length === 0 ? [] : [`More outcomes may be listed than there are for ${of.inexact.join(", ")}.\n`]),
    ...(of.unsettled.length === 0
      ? []
      : [`BGP may never come to rest, or in too many ways to list, for ${of.unsettled.join(", ")}.\n`]),
    ...(of.unsettledSessions.length === 0
      ? []
      : [`These sessions are up at some times and down at others: ${of.unsettledSessions.join(", ")}.\n`]),
    ...(needsBlocks(of) ? ["Pod addresses are stand-ins: Calico hands out a node's block when it starts.\n"] : []),
  ];
}

const needsBlocks = (of: PredictionView): boolean =>
  of.blocks === "nominal" && (of.paths ?? []).some((path) => path.from.nominal || path.to.nominal);

function sessionRow({ name, type, a, b, state, reason, receivedByA, receivedByB }: SessionView): string[] {
  const end = ({ machine, address, as }: SessionView["a"]): string =>
    [machine ?? "unknown", address ?? "", `AS ${as}`].filter((each) => each !== "").join(" ");
  return [
    name,
    type === "ebgp" ? "eBGP" : "iBGP",
    end(a),
    end(b),
    state,
    receivedByA.join(" or "),
    receivedByB.join(" or "),
    reason,
  ];
}

const BEST = { always: "*", sometimes: "?", never: "" } as const;

function ribRows({ router, prefix, paths }: RibView): string[][] {
  return paths.map((path, i) => [
    i === 0 ? router : "",
    i === 0 ? prefix : "",
    `${BEST[path.best]}${path.best === "never" && path.multipath !== "never" ? "=" : ""}${path.valid ? "" : " invalid"}`,
    path.nextHop ?? path.type,
    path.from ?? "",
    path.asPath.join(" "),
    path.type === "ibgp" || path.localPref !== LOCAL_PREF ? `${path.localPref}` : "",
    path.present === "always" ? "" : "by timing",
  ]);
}

function fibRow({ machine, prefix, kind, nextHops, interface: name, certain }: FibView): string[] {
  return [
    machine,
    prefix,
    kind,
    nextHops.length === 0 ? name : nextHops.map((hop) => `${hop.address} ${hop.interface}`).join(", "),
    certain ? "" : "some of them, by timing",
  ];
}

function pathRow(path: PathView): string[] {
  const outer = [
    ...new Set(
      path.steps
        .flat()
        .flatMap((hop) => hop.out)
        .flatMap(({ encapsulation }) => (encapsulation === null ? [] : [outerName(encapsulation)])),
    ),
  ];
  return [
    path.from.name,
    path.to.name,
    { arrives: "yes", depends: "some", dropped: "no" }[path.verdict],
    path.ttls.join(", "),
    path.arrivals.length === 0 ? "" : `${path.mtu.largest}`,
    outer.join(", "),
    wayText(path),
  ];
}

const outerName = (of: OuterHeader): string => (of.kind === "vxlan" ? `VXLAN VNI ${of.vni}` : "IPIP");

function onePath(path: PathView, colour: boolean): string {
  const { from, to, mtu } = path;
  const translated = path.steps.flat().some(({ source }) => source !== from.address);
  const rows = path.steps.flatMap((hops, i) =>
    hops.map((hop, n) => [n === 0 ? `${i + 1}` : "", ...hopRow(hop, translated)]),
  );
  const verdict = {
    arrives: `arrives with ttl ${path.ttls.join(" or ")}`,
    depends: `arrives with ttl ${path.ttls.join(" or ")}, or is dropped, by the choice its flow gets`,
    dropped: "dropped",
  }[path.verdict];
  const limit =
    path.arrivals.length === 0
      ? []
      : [
          `Largest packet: ${mtu.largest} bytes${mtu.limit === null ? "" : `, by link ${mtu.limit}: the sender's ${mtu.sender} bytes with DF set are dropped there`}.`,
        ];
  return [
    `${from.name} ${from.address} to ${to.name} ${to.address}: ${verdict}`,
    ...path.drops.map((drop) => `  ${drop.cause}: ${drop.reason}`),
    tableText(rows, {
      head: ["", "at", "does", "ttl", ...(translated ? ["from"] : []), "to", "route", "out: link, MTU, outer header"],
      colour,
    }),
    ...limit,
    "",
  ].join("\n");
}

/** @param withSource whether the packet's source is shown: where somebody on the way translates it */
function hopRow(hop: Hop, withSource: boolean): string[] {
  const out = hop.out.map(
    ({ to, link, mtu, encapsulation }) =>
      `${to} (${link}, ${mtu}${encapsulation === null ? "" : `, ${outerText(encapsulation)}`})`,
  );
  return [
    hop.at,
    hop.action,
    `${hop.ttl}`,
    ...(withSource ? [hop.source] : []),
    hop.destination,
    hop.route ?? "",
    hop.action === "drop" ? hop.reason : out.join("\n"),
  ];
}

const movedRow = ({ at, what, was, now }: Moved): string[] => [at, what, was, now];
