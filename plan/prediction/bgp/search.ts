import type { Speaker } from "../speakers";
import { keepsTable, tableOf } from "./add-path";
import { Alike } from "./alike";
import { arrivals } from "./arrivals";
import { chosen } from "./choice";
import { NOTHING, type Class, type Network, type Origins, type Settled, type State } from "./model";
import { candidates } from "./prune";
import { same } from "./same";
import { exemplarOf, type Exemplar } from "./symmetry";

/** Rounds after which BGP is taken never to come to rest, beyond one a speaker. */
const SLACK = 20;
/** Paths one speaker may have as its best beyond which nobody can list the outcomes; labs that come to rest have hundreds, those that may not multiply them in every round. */
const MOST_PATHS = 5000;

/** What a search is for, and the state it has come to. */
interface Search {
  readonly network: Network;
  readonly origins: Origins;
  readonly state: Settled[];
  /** Speakers that choose for themselves, whatever class they are in. */
  readonly apart: ReadonlySet<number>;
}

/**
 * Every path that each speaker may have as its best once BGP is quiet. docs/prediction-search.md follows an example step by step.
 *
 * The search goes in rounds. In each round every speaker whose neighbors have changed chooses again, among all that these may send. It ends when
 * a round changes nothing.
 *
 * @param afterRound is told what each round that changed something has come to; the state changes afterwards
 * @returns null if the rounds don't end, or if there are too many paths to follow
 */
export function settle(
  network: Network,
  origins: Origins,
  afterRound: (state: State) => void = () => undefined,
): State | null {
  const search: Search = {
    network,
    origins,
    state: network.speakers.map((speaker) => beginning(network, origins, speaker)),
    apart: speakersApart(network, origins),
  };
  let choosing = neighborsOf(network, [...origins.own.keys()]);
  for (let round = 0; choosing.size > 0; round++) {
    if (round > network.speakers.length + SLACK) return null;
    const changed = chooseAgain(search, choosing);
    if (changed.some(([, settled]) => !(settled instanceof Alike) && settled.best.length > MOST_PATHS)) return null;
    for (const [id, settled] of changed) search.state[id] = settled;
    if (changed.length > 0) afterRound(search.state);
    choosing = neighborsOf(
      network,
      changed.map(([id]) => id),
    );
  }
  return search.state;
}

/** Before any message is sent a speaker has its own paths, if any. */
function beginning(network: Network, origins: Origins, speaker: Speaker): Settled {
  const own = origins.own.get(speaker.id) ?? [];
  const keeps = keepsTable(network, speaker.id);
  if (own.length === 0 && !keeps) return NOTHING;
  const none = own.length === 0 || origins.uncertain.has(speaker.id);
  return { ...chosen(speaker, [], own), none, table: keeps ? tableOf(own, []) : null };
}

/** Those that originate the prefix, and those that hear of it on a session that others of their class don't have: with a stub that originates it. */
function speakersApart(network: Network, origins: Origins): Set<number> {
  const originators = [...origins.own.keys()];
  return new Set([
    ...originators,
    ...neighborsOf(
      network,
      originators.filter((id) => network.stubs.has(id)),
    ),
  ]);
}

function neighborsOf(network: Network, ids: readonly number[]): Set<number> {
  const found = new Set<number>();
  for (const id of ids) for (const edge of network.edges[id] ?? []) found.add(edge.from.id);
  return found;
}

/** One round: what speakers choose anew, for those whose choice is another than before. All look at the state before the round. */
function chooseAgain(search: Search, choosing: ReadonlySet<number>): [number, Settled][] {
  const { network, state, apart } = search;
  const exemplars = new Map<Class, Exemplar>();
  return [...choosing]
    .sort((a, b) => a - b)
    .flatMap((id): [number, Settled][] => {
      const speaker = network.speakers[id];
      if (speaker === undefined || network.stubs.has(id)) return [];
      const shared = apart.has(id) ? null : (network.classes[id] ?? null);
      const exemplar = shared === null ? undefined : exemplars.get(shared);
      const settled =
        shared !== null && exemplar !== undefined && !exemplar.concerns(speaker)
          ? new Alike(exemplar.choice, shared.edges.get(id) ?? [])
          : chooseAlone(search, speaker, exemplar === undefined ? shared : null, exemplars);
      return settled === null || same(settled, state[id] ?? NOTHING) ? [] : [[id, settled]];
    });
}

/**
 * What a speaker chooses by looking at the routes itself.
 *
 * @param shared its class, if this is the first of the class to choose in this round: its choice is then put down in `exemplars`
 * @returns null if its choice can't change: it has a path of its own
 */
function chooseAlone(
  { network, origins, state }: Search,
  speaker: Speaker,
  shared: Class | null,
  exemplars: Map<Class, Exemplar>,
): Settled | null {
  const { id } = speaker;
  const own = origins.own.get(id) ?? [];
  const fixed = origins.own.has(id) && !origins.optional.has(id);
  const keeps = keepsTable(network, id);
  if (fixed && !keeps) return null;
  const arriving = keeps ? arrivals(network, origins, state, speaker) : candidates(network, origins, state, speaker);
  const learned = chosen(speaker, arriving, fixed ? own : []);
  if (shared !== null) {
    const exemplar = exemplarOf(network, origins, state, arriving, learned, shared.edges.get(id) ?? []);
    if (exemplar !== null) exemplars.set(shared, exemplar);
  }
  return {
    ...learned,
    // An aggregate of its own that is there in some outcomes alone is one of the paths that may be best.
    ...(own.length === 0 || fixed
      ? {}
      : {
          best: [...own.slice(0, 1), ...learned.best],
          none: origins.uncertain.has(id) && (learned.none || learned.best.length === 0),
        }),
    table: keeps ? tableOf(own, arriving) : null,
  };
}

/** What a speaker has settled on. A stub's choice changes nothing elsewhere, and is made when it is asked for. */
export function settledAt(network: Network, origins: Origins, state: State, at: Speaker): Settled {
  const known = state[at.id] ?? NOTHING;
  return network.stubs.has(at.id) && known.best.length === 0
    ? chosen(at, arrivals(network, origins, state, at), [])
    : known;
}
