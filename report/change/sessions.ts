import { knownAddress, knownRange, holds } from "../../lab-spec/ip";
import { addressOf } from "../../plan/lookup";
import type { LabPrediction, SessionPrediction } from "../../plan/prediction";
import type { Address, LabPlan, ListenPlan, NeighborPlan } from "../../plan/types";

/** What becomes of one BGP session. */
export interface SessionChange {
  readonly session: string;
  /** "leaf1 172.16.0.1", both ends. */
  readonly a: string;
  readonly b: string;
  readonly effect: "appears" | "disappears" | "flaps" | "comes up" | "goes down";
  /** Why it is set up anew, or doesn't stay up; empty for one that comes or goes. */
  readonly why: string;
}

/** Sessions that don't just stay up, by name. */
export function sessionChanges(
  before: LabPlan,
  after: LabPlan,
  was: LabPrediction,
  now: LabPrediction,
): SessionChange[] {
  const old = byEnds(was.sessions);
  const kept = byEnds(now.sessions);
  const changes = [...new Map([...old, ...kept])].flatMap(([key, session]): SessionChange[] => {
    const a = old.get(key);
    const b = kept.get(key);
    const change = (effect: SessionChange["effect"], why = ""): SessionChange[] => [
      { session: session.name, a: endText(session.a), b: endText(session.b), effect, why },
    ];
    if (a === undefined) return b?.state === "ESTABLISHED" ? change("appears") : [];
    if (b === undefined) return a.state === "ESTABLISHED" ? change("disappears") : [];
    if (a.state !== b.state && b.state === "UNSETTLED") return change("flaps", b.reason);
    if (a.state !== b.state && b.state === "ESTABLISHED") return change("comes up");
    if (a.state !== b.state && a.state === "ESTABLISHED") return change("goes down", b.reason);
    const why = a.state === "ESTABLISHED" ? resets(before, after, b) : [];
    return why.length > 0 ? change("flaps", why.join("; ")) : [];
  });
  return changes.sort((x, y) => (x.session < y.session ? -1 : x.session > y.session ? 1 : 0));
}

type End = SessionPrediction["a"];
const endText = ({ machine, address }: End): string => [machine ?? "unknown", address ?? ""].join(" ").trim();

/** A session is the same one while both ends keep machine and address. */
function byEnds(sessions: readonly SessionPrediction[]): Map<string, SessionPrediction> {
  return new Map(sessions.map((each) => [[endText(each.a), endText(each.b)].sort().join(" - "), each]));
}

/**
 * Why a session of both plans is set up anew, by what FRR 8.4 does (docs/changes.md says what was measured). Not among the causes: timers (in force when the
 * session is next set up), BFD, as-override, allowas-in, next hops, filters, maximum-prefix, maximum-paths, multipath-relax, drain.
 */
function resets(before: LabPlan, after: LabPlan, { a, b, type }: SessionPrediction): string[] {
  const ends = [
    [a, b],
    [b, a],
  ] as const;
  return [
    ...new Set(
      ends.flatMap(([at, to]) => [
        ...speakerResets(speakerOf(before, at.machine), speakerOf(after, at.machine), type),
        ...statementResets(before, after, at, to),
      ]),
    ),
  ];
}

interface SpeakerView {
  readonly name: string;
  readonly as: number;
  readonly routerId: Address;
  readonly clusterId: Address | null;
  readonly neighbors: readonly NeighborPlan[];
  readonly listen: ListenPlan | null;
}

function speakerOf(plan: LabPlan, machine: string | null): SpeakerView | null {
  const found = plan.switches.find((each) => each.name === machine);
  if (found !== undefined) return { ...found, clusterId: found.bgp.clusterId };
  const server = plan.servers.find((each) => each.name === machine);
  if (server === undefined || server.kind === "host") return null;
  const common = { name: server.name, routerId: addressOf(server), listen: null };
  if (server.kind === "balancer")
    return { ...common, as: server.as, clusterId: server.bgp.clusterId, neighbors: server.neighbors };
  return server.bgp === null
    ? null
    : { ...common, as: server.bgp.as, clusterId: server.bgp.clusterId, neighbors: server.bgp.neighbors };
}

function speakerResets(was: SpeakerView | null, now: SpeakerView | null, type: SessionPrediction["type"]): string[] {
  if (was === null || now === null) return [];
  return [
    ...(was.as === now.as ? [] : [`${now.name}: AS number ${was.as} becomes ${now.as}`]),
    ...(was.routerId === now.routerId ? [] : [`${now.name}: router ID ${was.routerId} becomes ${now.routerId}`]),
    ...(was.clusterId === now.clusterId || type !== "ibgp"
      ? []
      : [`${now.name}: cluster ID ${was.clusterId ?? "none"} becomes ${now.clusterId ?? "none"}`]),
  ];
}

/** What one end says of the other. */
function statementResets(before: LabPlan, after: LabPlan, at: End, to: End): string[] {
  const was = statementOf(speakerOf(before, at.machine), to.address);
  const now = statementOf(speakerOf(after, at.machine), to.address);
  if (was === null || now === null) return [];
  const name = at.machine ?? "";
  const form =
    "range" in was
      ? "range" in now && now.range === was.range && now.group === was.group
        ? ""
        : "listening range"
      : "range" in now
        ? "listening range"
        : "";
  return [
    ...(form === ""
      ? []
      : [`${name}: ${form} ${"range" in was ? was.range : "none"} becomes ${"range" in now ? now.range : "none"}`]),
    ...(was.password === now.password ? [] : [`${name}: password ${now.password ? "set" : "removed"}`]),
    ...(was.multihop === now.multihop
      ? []
      : [`${name}: multihop ${was.multihop ?? "none"} becomes ${now.multihop ?? "none"}`]),
    ...(was.routeReflectorClient === now.routeReflectorClient
      ? []
      : [
          `${name}: ${to.machine ?? ""} ${now.routeReflectorClient ? "becomes" : "is no longer"} a client of the reflector`,
        ]),
  ];
}

function statementOf(speaker: SpeakerView | null, address: Address | null): NeighborPlan | ListenPlan | null {
  if (speaker === null || address === null) return null;
  const { neighbors, listen } = speaker;
  return (
    neighbors.find((each) => each.address === address) ??
    (listen !== null && holds(knownRange(listen.range), knownAddress(address)) ? listen : null)
  );
}
