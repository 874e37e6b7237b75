import { addressText, holds, knownAddress, knownRange } from "../../lab-spec/ip";
import type { LabPlan, NeighborPlan, SessionSettings } from "../types";
import type { Half } from "./bgp/network";
import type { Routes } from "./reach";
import type { Speaker } from "./speakers";
import type { Port, Topology } from "./topology";
import type { PredictedEnd, SessionPrediction, SessionState } from "./types";

/** What a speaker says of one neighbor. */
interface Statement {
  readonly at: Speaker;
  readonly address: number;
  readonly settings: NeighborPlan;
}

/** Sessions, and the two sides of each one that is up: pairs in the order of the sessions. */
export interface Sessions {
  readonly sessions: readonly SessionPrediction[];
  readonly halves: readonly Half[];
}

/** What sessions over more than one link depend on. */
export interface Reach extends Pick<Routes, "reaches" | "sources" | "tracks"> {
  /** Why a session that would come up is ended again, by session name. */
  readonly ended: ReadonlyMap<string, string>;
}

type Verdict = { readonly state: SessionState; readonly reason: string; readonly back: Back | null };
/** The other end's statement that fits, or its listening range. */
interface Back {
  readonly at: Speaker;
  readonly settings: SessionSettings;
  /** Null: it listens, and has no statement. */
  readonly kind: NeighborPlan["kind"] | null;
  readonly source: Port;
  readonly remote: Port;
  readonly onLink: boolean;
  readonly peerGroup: string;
}

/** State of every neighbor statement of every speaker; two statements that are one session come once. */
export function sessionsOf(plan: LabPlan, speakers: readonly Speaker[], topology: Topology, reach: Reach): Sessions {
  const byName = new Map(speakers.map((each) => [each.name, each]));
  const names = new Map(
    plan.sessions.flatMap(({ name, a, b }): [string, { name: string; forward: boolean }][] => [
      [`${a.machine} ${b.machine} ${b.address}`, { name, forward: true }],
      [`${b.machine} ${a.machine} ${a.address}`, { name, forward: false }],
    ]),
  );
  const found = new Map<string, { session: SessionPrediction; halves: Half[] }>();
  for (const at of speakers) {
    for (const neighbor of at.statements) {
      const statement = { at, address: knownAddress(neighbor.address), settings: neighbor };
      const verdict = judge(statement, byName, topology, reach);
      const known = names.get(`${at.name} ${neighbor.machine ?? ""} ${neighbor.address}`);
      const entry = entryOf(statement, neighbor, verdict, known?.name ?? null, known?.forward ?? true, topology, reach);
      const before = found.get(entry.session.name);
      if (
        before === undefined ||
        (before.session.state !== "ESTABLISHED" && rank(entry.session) > rank(before.session))
      )
        found.set(entry.session.name, entry);
    }
  }
  const sessions = inPlanOrder(
    plan,
    [...found.values()].map((each) => each.session),
  );
  return { sessions, halves: sessions.flatMap(({ name }) => found.get(name)?.halves ?? []) };
}

/** Sessions of the plan in its order, then those that it doesn't name, by name. */
export function inPlanOrder(plan: LabPlan, sessions: readonly SessionPrediction[]): SessionPrediction[] {
  const places = new Map(plan.sessions.map((each, i) => [each.name, i]));
  const placeOf = ({ name }: SessionPrediction): number => places.get(name) ?? places.size;
  return [...sessions].sort((a, b) => placeOf(a) - placeOf(b) || (a.name < b.name ? -1 : 1));
}

/** Of two ends' views of one session the more telling one is kept: an end that has no fault of its own only sees the other's. */
function rank({ state }: SessionPrediction): number {
  return state === "ESTABLISHED" ? 3 : state === "HALF_OPEN" ? 0 : 2;
}

function entryOf(
  of: Statement,
  neighbor: NeighborPlan,
  verdict: Verdict,
  known: string | null,
  forward: boolean,
  topology: Topology,
  reach: Reach,
): { session: SessionPrediction; halves: Half[] } {
  const { at } = of;
  const { back } = verdict;
  const far: PredictedEnd = {
    machine: topology.owners(of.address)[0]?.machine ?? null,
    address: neighbor.address,
    as: neighbor.remoteAs,
  };
  const near: PredictedEnd = {
    machine: at.name,
    address: back?.source.address ?? localAddress(of, topology),
    as: at.as,
  };
  const own = known !== null && forward;
  // Two statements are one session: named from the end that comes first in the plan.
  const first = known === null && back !== null && back.peerGroup === "" && back.at.id < at.id ? back : null;
  const name =
    known ?? (first === null ? `${at.name} > ${neighbor.address}` : `${first.at.name} > ${first.source.address}`);
  const [a, b] = own || (known === null && first === null) ? [near, far] : [far, near];
  const why = verdict.state === "ESTABLISHED" ? reach.ended.get(name) : undefined;
  const session: SessionPrediction = {
    name,
    a,
    b,
    type: neighbor.remoteAs === at.as ? "ibgp" : "ebgp",
    state: why === undefined ? verdict.state : "NOT_ESTABLISHED",
    reason: why ?? verdict.reason,
  };
  return { session, halves: session.state !== "ESTABLISHED" || back === null ? [] : halvesOf(of, back, name) };
}

/** Both ends of an established session, the statement's own first. */
function halvesOf({ at, address, settings }: Statement, back: Back, session: string): Half[] {
  const subnet = back.onLink ? back.remote.subnet : null;
  const local = back.source.value;
  return [
    { at, from: back.at, local, address, settings, subnet, session, peerGroup: "" },
    {
      at: back.at,
      from: at,
      local: address,
      address: local,
      settings: back.settings,
      subnet,
      session,
      peerGroup: back.peerGroup,
    },
  ];
}

function localAddress(of: Statement, topology: Topology): string | null {
  return topology.portsOf(of.at.name).find((port) => holds(port.subnet, of.address))?.address ?? null;
}

/** The state of one statement, seen from the end that has it. */
function judge(of: Statement, speakers: ReadonlyMap<string, Speaker>, topology: Topology, reach: Reach): Verdict {
  const down = (state: SessionState, reason: string): Verdict => ({ state, reason, back: null });
  const { at, settings } = of;
  const text = addressText(of.address);
  if (at.as === 0) return down("NO_LOCAL_AS", `${at.name} has no AS number`);
  if (settings.remoteAs === 0) return down("NO_REMOTE_AS", `${at.name} has no AS number for ${text}`);
  const owners = topology.owners(of.address);
  const remote = owners[0];
  if (remote === undefined) return down("UNKNOWN_REMOTE", `no machine of the lab has ${text}`);
  if (owners.some((port) => port.machine === at.name))
    return down("INVALID_LOCAL_IP", `${text} is ${at.name}'s own address`);
  if (owners.length > 1)
    return down("MULTIPLE_REMOTES", `${owners.map((port) => port.machine).join(", ")} all have ${text}`);
  const link = topology.portsOf(at.name).find((port) => holds(port.subnet, of.address));
  if (
    link === undefined &&
    at.software.wantsMultihopOffLink(settings.kind) &&
    settings.multihop === null &&
    settings.remoteAs !== at.as
  )
    return down("NO_LOCAL_IP", `${text} is on no subnet of ${at.name}, and the neighbor has no multihop`);
  if (!topology.alive(remote.machine)) return down("NOT_ESTABLISHED", `${remote.machine} is taken out`);
  const other = speakers.get(remote.machine);
  if (other === undefined) return down("HALF_OPEN", `${remote.machine} doesn't speak BGP`);
  const sources = link === undefined ? topology.portsOf(at.name) : [link];
  const [back] = backsOf(of, other, sources, remote, topology, link !== undefined).sort(
    (a, b) => Number(speaks(b, of, reach)) - Number(speaks(a, of, reach)),
  );
  if (back === undefined)
    return down("HALF_OPEN", `${other.name} has no neighbor ${sources.map((port) => port.address).join(" or ")}`);
  if (settings.remoteAs !== other.as)
    return down("HALF_OPEN", `${at.name} takes ${text} for AS ${settings.remoteAs}, ${other.name} is AS ${other.as}`);
  if (back.settings.remoteAs !== at.as)
    return down(
      "HALF_OPEN",
      `${other.name} takes ${back.source.address} for AS ${back.settings.remoteAs}, ${at.name} is AS ${at.as}`,
    );
  if (settings.password !== back.settings.password)
    return down("NOT_ESTABLISHED", `only ${settings.password ? at.name : other.name} has a password`);
  if (
    link === undefined &&
    (back.kind === null || other.software.wantsMultihopOffLink(back.kind)) &&
    back.settings.multihop === null &&
    settings.remoteAs !== at.as
  )
    return down("HALF_OPEN", `${other.name} has no multihop for ${back.source.address}`);
  if (settings.remoteAs === at.as && other.routerId === at.routerId)
    return down("NOT_ESTABLISHED", `${at.name} and ${other.name} are of one AS and have one router ID`);
  const broken = unreachable(back, of, topology, reach) ?? unspoken(back, of, reach);
  if (broken !== null) return { state: "NOT_ESTABLISHED", reason: broken, back };
  if (speaks(back, of, reach)) return { state: "ESTABLISHED", reason: "", back };
  return down(
    "HALF_OPEN",
    `${at.name} speaks to ${text} from ${reach.sources(at.name, of.address).map(addressText).join(" or ")}, ${other.name} has the neighbor ${back.source.address} (no update-source)`,
  );
}

/** The other end's statements that name one of these addresses, or the range it listens to. */
function backsOf(
  { at }: Statement,
  other: Speaker,
  sources: readonly Port[],
  remote: Port,
  topology: Topology,
  onLink: boolean,
): Back[] {
  const named = sources.flatMap((source): Back[] => {
    const settings = other.statements.find((each) => each.address === source.address);
    return settings === undefined || (!onLink && isOfLink(source))
      ? []
      : [{ at: other, settings, kind: settings.kind, source, remote, onLink, peerGroup: "" }];
  });
  if (named.length > 0) return named;
  const { listen } = other;
  const source = listen === null ? undefined : sources.find((port) => holds(knownRange(listen.range), port.value));
  return listen === null || source === undefined
    ? []
    : [{ at: other, settings: listen, kind: null, source, remote, onLink, peerGroup: listen.group }];

  /** The two name each other on this link: that is another session. */
  function isOfLink({ subnet }: Port): boolean {
    return topology
      .portsOf(other.name)
      .some((port) => holds(subnet, port.value) && at.statements.some((each) => each.address === port.address));
  }
}

/** Whether one end's packets come from the address that the other knows it by: the first that calls so makes the session. */
function speaks({ at: other, source, onLink, peerGroup }: Back, { at, address }: Statement, reach: Reach): boolean {
  return (
    onLink ||
    (calls(at, address, reach) && reach.sources(at.name, address).includes(source.value)) ||
    (peerGroup === "" && calls(other, source.value, reach) && reach.sources(other.name, source.value).includes(address))
  );
}

/** Whether a speaker opens a connection to a neighbor that is on no link of its own. */
const calls = ({ name, software }: Speaker, address: number, reach: Reach): boolean =>
  software.callsByDefault || reach.tracks(name, address);

/** Why neither end calls the other, though packets would pass; null if one does. */
function unspoken({ at: other, source, onLink }: Back, { at, address }: Statement, reach: Reach): string | null {
  if (onLink || calls(at, address, reach) || calls(other, source.value, reach)) return null;
  return `${at.name} and ${other.name} have nothing but a default route to each other, and so neither calls`;
}

/** Why no packet passes between the two ends; null if some do. */
function unreachable(back: Back, of: Statement, topology: Topology, reach: Reach): string | null {
  const { source, remote } = back;
  for (const port of [source, remote])
    if (!topology.up(port)) return `${port.machine} ${port.interface} has no carrier`;
  if (back.onLink) return null;
  for (const [from, to] of [
    [of.at.name, remote],
    [back.at.name, source],
  ] as const)
    if (!reach.reaches(from, to.value)) return `${from} has no route to ${to.address}`;
  return null;
}
