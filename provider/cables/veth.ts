/** Endpoints that are interfaces in network namespaces of one kernel, joined by a veth pair. */
import { shellProgram } from "../../common/shell-program";
import { batched } from "../batched";
import type { CableFacts, CableKind, CableSettings, Endpoint } from "./cable";

/** The machine whose kernel holds the namespaces. */
export interface VethHost {
  /** Endpoints with the same id are worked on together. */
  readonly id: string;
  /** Runs a shell program in the network and process namespaces of that machine itself, with the right to enter others. */
  run(script: string, args: readonly string[]): Promise<string>;
}

export interface VethEndpoint extends Endpoint {
  readonly kind: "veth";
  readonly host: VethHost;
  /** A process in the network namespace, as the host numbers it. */
  readonly pid: number;
  readonly interface: string;
  readonly mac: string;
}

/** Works on cables, one an argument: the work and its words. It says in its own comments what these are. */
export const script = (): string => shellProgram("provider/cables/veth.sh");

/** Each job's output and exit status out of the script's output; null for one that did not get its turn. */
export function plugOutcomes(output: string, count: number): ({ text: string; status: number } | null)[] {
  let from = 0;
  return Array.from({ length: count }, (_, i) => {
    const found = new RegExp(`^@@fabriclab ${i} (\\d+)$`, "m").exec(output);
    if (found === null) return null;
    const text = output.slice(from, found.index).trim();
    from = found.index + found[0].length;
    return { text, status: Number(found[1]) };
  });
}

interface Job {
  readonly host: VethHost;
  readonly words: string;
}

/** A word is expanded in a shell: one with a blank would be two there. */
const WORD = /^[A-Za-z0-9_.:-]+$/;
const wordsOf = (words: readonly (string | number)[]): string => {
  const refused = words.find((word) => !WORD.test(String(word)));
  if (refused !== undefined) throw new Error(`${JSON.stringify(refused)} can't be a word of a cable's wiring`);
  return words.join(" ");
};

const GATHER_MS = 40;
const inBatch = batched<Job, { text: string; status: number } | null>(
  GATHER_MS,
  (job) => job.host.id,
  async (jobs) => {
    const [first] = jobs;
    if (first === undefined) return [];
    const args = jobs.map((job) => job.words);
    return plugOutcomes(await first.host.run(script(), args), jobs.length);
  },
);

/** @returns what the work printed. @throws Error with that when it fails. */
async function work(words: readonly (string | number)[], host: VethHost): Promise<string> {
  const outcome = await inBatch({ host, words: wordsOf(words) });
  if (outcome === null) throw new Error("the wiring helper ended early");
  if (outcome.status !== 0)
    throw new Error(outcome.text || `the wiring helper failed with exit status ${outcome.status}`);
  return outcome.text;
}

/** MTU and admin state out of two lines of `ip -o link`. */
export function vethFacts(settings: CableSettings, text: string): CableFacts {
  const lines = text.split("\n").filter((l) => / mtu \d+/.test(l));
  if (lines.length !== 2) return { state: "missing", mtu: settings.mtu, up: settings.up };
  const mtus = lines.map((l) => Number(/ mtu (\d+)/.exec(l)?.[1]));
  const ups = lines.map((l) => /^[^<]*<([^>]*)>/.exec(l)?.[1]?.split(",").includes("UP") ?? false);
  const even = new Set(mtus).size === 1 && new Set(ups).size === 1;
  return { state: even ? "connected" : "uneven", mtu: Math.min(...mtus), up: ups.every((up) => up) };
}

const both = (a: VethEndpoint, b: VethEndpoint): (string | number)[] => [a.pid, a.interface, b.pid, b.interface];

export const vethCable: CableKind<VethEndpoint, VethEndpoint> = {
  joins: ["veth", "veth"],
  plug: async (a, b, { mtu, up }) => {
    await work(["plug", ...both(a, b), mtu, a.mac, b.mac, up ? "up" : "down"], a.host);
  },
  read: async (a, b, settings) => vethFacts(settings, await work(["show", ...both(a, b)], a.host)),
  unplug: async (a, b) => {
    await work(["unplug", ...both(a, b)], a.host);
  },
};
