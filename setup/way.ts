import type { Way } from "../images/upstream";
import { connectedSources, type Source } from "./sources";

/** Seconds after which a source counts as out of reach. One try each: set-up must not wait for what will not come. */
const PATIENCE = 4;

/** What one look at a source showed; `problem` is null when it answers. */
export interface Probe {
  readonly source: Source;
  readonly problem: string | null;
}

async function look(source: Source, seconds: number): Promise<Probe> {
  try {
    const answer = await fetch(source.url, { method: "HEAD", signal: AbortSignal.timeout(seconds * 1000) });
    return { source, problem: source.accepts.includes(answer.status) ? null : `HTTP ${answer.status}` };
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
    return {
      source,
      problem: name === "TimeoutError" ? `no answer in ${seconds} s` : (cause?.code ?? cause?.message ?? message),
    };
  }
}

/** Looks at every source once, all at the same time. */
export const probe = (sources: readonly Source[], seconds = PATIENCE): Promise<Probe[]> =>
  Promise.all(sources.map((s) => look(s, seconds)));

/** A way, and why. */
export interface WayChoice {
  readonly way: Way;
  readonly because: string;
}

/** The way that probes allow: connected when every source answers, since a lab half from each would be neither. */
export function judge(probes: readonly Probe[]): WayChoice {
  const missing = probes.filter((p) => p.problem !== null);
  if (missing.length === 0) return { way: "connected", because: "every upstream source answers" };
  return {
    way: "registry",
    because: `out of reach: ${missing.map((p) => `${p.source.name} (${new URL(p.source.url).host}: ${p.problem})`).join(", ")}`,
  };
}

const isWay = (text: string): text is Way => text === "registry" || text === "connected";

/** The way that FABRICLAB_WAY asks for. @throws Error on anything but `registry`, `connected`, `auto`. */
export function requestedWay(text = process.env.FABRICLAB_WAY): Way | undefined {
  if (text === undefined || text === "" || text === "auto") return undefined;
  if (!isWay(text)) throw new Error(`FABRICLAB_WAY is "${text}": write registry, connected, or auto`);
  return text;
}

/** Decides the way by one look at the sources of the connected way. */
export const chooseWay = async (): Promise<WayChoice> => judge(await probe(connectedSources()));
