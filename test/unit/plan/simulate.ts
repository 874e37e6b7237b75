import type { LabPlan } from "../../../plan";
import type { ObservedPath, ObservedTables } from "../../../plan/prediction";

interface Speaker {
  readonly name: string;
  readonly as: number;
  readonly networks: readonly string[];
  readonly peers: readonly { readonly name: string; readonly address: string }[];
  /** Accepted paths by prefix and neighbor name, oldest first. */
  readonly table: Map<string, Map<string, readonly number[]>>;
  readonly best: Map<string, string>;
}

/**
 * Runs BGP message by message in an order that `pick` chooses, until no message is left: an independent check of the prediction, which
 * never sends a message. As FRR does, a speaker keeps the best path it has unless a better one comes, and sends updates to the peer the
 * path came from too.
 */
export function simulate(plan: LabPlan, pick: (choices: number) => number): ObservedTables {
  const speakers = new Map(plan.switches.map((each): [string, Speaker] => [
    each.name,
    { name: each.name, as: each.as, networks: each.networks, peers: each.neighbors.map((peer) => ({ name: peer.machine ?? "", address: peer.address })), table: new Map(), best: new Map() },
  ]));
  // One queue per direction of a session: TCP keeps the order within it, and nothing keeps it across.
  const queues = new Map<string, { to: string; from: string; messages: { prefix: string; path: readonly number[] | null }[] }>();
  const send = (from: Speaker, prefix: string, path: readonly number[] | null): void => {
    for (const peer of from.peers) {
      const key = `${from.name}>${peer.name}`;
      const queue = queues.get(key) ?? { to: peer.name, from: from.name, messages: [] };
      queue.messages.push({ prefix, path });
      queues.set(key, queue);
    }
  };
  for (const speaker of speakers.values()) {
    for (const prefix of speaker.networks) {
      speaker.best.set(prefix, "own");
      send(speaker, prefix, [speaker.as]);
    }
  }
  for (let steps = 0; ; steps++) {
    if (steps > 1_000_000) throw new Error("BGP does not settle");
    const waiting = [...queues.values()].filter((queue) => queue.messages.length > 0);
    const queue = waiting[pick(waiting.length)];
    if (queue === undefined) break;
    const message = queue.messages.shift()!;
    receive(speakers.get(queue.to)!, queue.from, message.prefix, message.path, send);
  }
  return Object.fromEntries([...speakers.values()].map((speaker) => [speaker.name, tableOf(speaker)]));
}

function receive(at: Speaker, from: string, prefix: string, path: readonly number[] | null, send: (from: Speaker, prefix: string, path: readonly number[] | null) => void): void {
  const paths = at.table.get(prefix) ?? new Map<string, readonly number[]>();
  at.table.set(prefix, paths);
  if (path === null || path.includes(at.as)) paths.delete(from);
  else paths.set(from, path);
  if (at.networks.includes(prefix)) return;
  const old = at.best.get(prefix);
  const shortest = Math.min(...[...paths.values()].map((each) => each.length));
  const kept = old !== undefined && paths.get(old)?.length === shortest ? old : undefined;
  const next = kept ?? [...paths].find(([, each]) => each.length === shortest)?.[0];
  if (next === undefined) at.best.delete(prefix);
  else at.best.set(prefix, next);
  if (next !== old || next === from) send(at, prefix, next === undefined ? null : [at.as, ...(paths.get(next) ?? [])]);
}

function tableOf(speaker: Speaker): Record<string, ObservedPath[]> {
  const prefixes = [...new Set([...speaker.networks, ...speaker.table.keys()])];
  return Object.fromEntries(prefixes.map((prefix) => {
    const own = speaker.networks.includes(prefix);
    const paths = [...(speaker.table.get(prefix) ?? [])];
    const shortest = own ? 0 : Math.min(...paths.map(([, path]) => path.length));
    const learned = paths.map(([from, asPath]): ObservedPath => ({
      peer: speaker.peers.find((peer) => peer.name === from)!.address,
      asPath,
      best: speaker.best.get(prefix) === from,
      used: asPath.length === shortest,
    }));
    return [prefix, own ? [{ peer: null, asPath: [], best: true, used: true }, ...learned] : learned];
  }));
}
