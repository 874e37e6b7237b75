import Table from "cli-table3";
import type { Hop, Path } from "../../plan/paths";
import type { FibView, Moved, PathView, PredictionView, RibView, SessionView } from "./schema";

/** What a route has unless something sets it; not shown outside of an AS. */
const LOCAL_PREF = 100;
/** No line between rows: tables are long. */
const NO_RULES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** A path in one line: "pod:n1 > n1 > leaf1 > {spine1, spine2} > leaf2 > n2 > pod:n2". */
export function pathText(path: Pick<Path, "steps" | "verdict" | "drops">): string {
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

/** Everything of a prediction that was asked for, as tables. */
export function predictionText(of: PredictionView, colour: boolean): string {
  const taken = [...of.broken.links.map((name) => `link ${name}`), ...of.broken.machines];
  const table = (head: string[], rows: readonly (readonly string[])[]): string => {
    const made = new Table({
      head,
      style: { head: colour ? ["bold"] : [], border: colour ? ["grey"] : [] },
      chars: NO_RULES,
    });
    made.push(...rows.map((row) => [...row]));
    return made.toString();
  };
  const section = (title: string, head: string[], rows: readonly (readonly string[])[]): string =>
    `${title}\n${rows.length === 0 ? "  none" : table(head, rows)}\n`;
  return [
    `Lab ${of.lab} as predicted${taken.length === 0 ? "" : `, without ${taken.join(", ")}`}\n`,
    ...(of.sessions === undefined
      ? []
      : [
          section(
            "BGP sessions",
            ["session", "type", "a", "b", "state", "received by a", "by b", "why not"],
            of.sessions.map(sessionRow),
          ),
        ]),
    ...(of.tables === undefined
      ? []
      : [
          section(
            "BGP tables",
            ["router", "prefixes", "RIB entries"],
            of.tables.map((each) => [each.router, `${each.prefixes}`, `${each.entries}`]),
          ),
        ]),
    ...(of.rib === undefined
      ? []
      : [
          section(
            "BGP paths (* best, ? best by timing, = used beside the best)",
            ["router", "prefix", "", "next hop", "from", "AS path", "local pref", "there"],
            of.rib.flatMap(ribRows),
          ),
        ]),
    ...(of.fib === undefined
      ? []
      : [section("Forwarding tables", ["machine", "prefix", "kind", "next hops", ""], of.fib.map(fibRow))]),
    ...(of.paths === undefined
      ? []
      : of.paths.length === 1
        ? of.paths.map((path) => onePath(path, table))
        : [
            section(
              "Paths",
              ["from", "to", "arrives", "ttl", "largest", "encapsulation", "way"],
              of.paths.map(pathRow),
            ),
          ]),
    ...(of.diff === undefined
      ? []
      : [
          section("Sessions that change", ["session", "name", "whole", "broken"], of.diff.sessions.map(movedRow)),
          section("Prefixes received that change", ["by", "of", "whole", "broken"], of.diff.received.map(movedRow)),
          section(
            `Routes that change (${of.diff.routes.length})`,
            ["machine", "prefix", "whole", "broken"],
            of.diff.routes.map(movedRow),
          ),
          section(
            `Paths that change (${of.leftOut.length > 0 ? "left out" : of.diff.paths.length})`,
            ["from", "to", "whole", "broken"],
            of.diff.paths.map(movedRow),
          ),
        ]),
    ...of.leftOut.map((each) => `Left out: ${each}.\n`),
    ...(of.inexact.length === 0 ? [] : [`More outcomes may be listed than there are for ${of.inexact.join(", ")}.\n`]),
    ...(of.unsettled.length === 0
      ? []
      : [`BGP may never come to rest, or in too many ways to list, for ${of.unsettled.join(", ")}.\n`]),
    ...(of.unsettledSessions.length === 0
      ? []
      : [`These sessions are up at some times and down at others: ${of.unsettledSessions.join(", ")}.\n`]),
    ...(needsBlocks(of) ? ["Pod addresses are stand-ins: Calico hands out a node's block when it starts.\n"] : []),
  ].join("\n");
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
        .flatMap(({ encapsulation }) => (encapsulation === null ? [] : [`VXLAN VNI ${encapsulation.vni}`])),
    ),
  ];
  return [
    path.from.name,
    path.to.name,
    { arrives: "yes", depends: "some", dropped: "no" }[path.verdict],
    path.ttls.join(", "),
    path.arrivals.length === 0 ? "" : `${path.mtu.largest}`,
    outer.join(", "),
    pathText(path),
  ];
}

function onePath(path: PathView, table: (head: string[], rows: readonly (readonly string[])[]) => string): string {
  const { from, to, mtu } = path;
  const rows = path.steps.flatMap((hops, i) => hops.map((hop, n) => [n === 0 ? `${i + 1}` : "", ...hopRow(hop)]));
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
    table(["", "at", "does", "ttl", "to", "route", "out: link, MTU, outer header"], rows),
    ...limit,
    "",
  ].join("\n");
}

function hopRow(hop: Hop): string[] {
  const out = hop.out.map(
    ({ to, link, mtu, encapsulation }) =>
      `${to} (${link}, ${mtu}${encapsulation === null ? "" : `, UDP ${encapsulation.port} VNI ${encapsulation.vni} ${encapsulation.source} > ${encapsulation.destination}`})`,
  );
  return [
    hop.at,
    hop.action,
    `${hop.ttl}`,
    hop.destination,
    hop.route ?? "",
    hop.action === "drop" ? hop.reason : out.join("\n"),
  ];
}

const movedRow = ({ at, what, was, now }: Moved): string[] => [at, what, was, now];
