import { PartialFailure, type Operation, type Resource } from "../../../provider/protocol/serve";
import { hasUnknown, plainProperties, remark, secret, UNKNOWN, type Properties, type Value } from "../../../provider/protocol/values";
import { untilGone, untilReady } from "./await";
import { check } from "./check";
import type { Cluster } from "./cluster";
import { diff, type Mutability } from "./diff";
import type { KubeObject } from "./types";

export interface Settings {
  /** Null while the kubeconfig is not known (a preview before the cluster exists). */
  readonly cluster: Cluster | null;
  readonly namespace: string;
  readonly mutable: Mutability;
}

/** Noise of the API server that is nobody's to keep. */
function tidy(live: KubeObject): Properties {
  const { managedFields: _, ...metadata } = live.metadata;
  return JSON.parse(JSON.stringify({ ...live, metadata })) as Properties;
}

/** State of an object: what is live, with what was secret going in secret again, and all data of a Secret. */
function stateOf(live: KubeObject, inputs: Properties): Properties {
  const state = remark(tidy(live), inputs) as Properties;
  if (live.kind === "Secret") for (const field of ["data", "stringData"]) if (state[field] !== undefined) state[field] = secret(plainProperties(state)[field]!);
  return state;
}

const wire = (inputs: Properties): KubeObject => plainProperties(inputs) as unknown as KubeObject;
const idOf = (o: KubeObject): string => o.metadata.namespace === undefined ? o.metadata.name : `${o.metadata.namespace}/${o.metadata.name}`;

/** Live values at the places that the inputs name: drift in fields that the program does not manage is not ours to see. */
function restrict(live: Value | undefined, shape: Value): Value | undefined {
  if (live === undefined || typeof shape !== "object" || shape === null || typeof live !== "object" || live === null) return live;
  if (Array.isArray(shape)) return Array.isArray(live) ? live.map((v, i) => i < shape.length ? restrict(v, shape[i]!)! : v) : live;
  const kept = Object.entries(shape).map(([k, v]) => [k, restrict((live as Properties)[k], v)] as const).filter(([, v]) => v !== undefined);
  return Object.fromEntries(kept) as Properties;
}

/** The API server writes some values in its own way ("100m" for 0.1): compared by what it made of them last time. */
export function driftedInputs(inputs: Properties, before: Properties, live: Properties): Properties {
  const merge = (input: Value, old: Value | undefined, now: Value | undefined): Value => {
    if (JSON.stringify(old) === JSON.stringify(now)) return input;
    if (typeof input === "object" && input !== null && !Array.isArray(input) && typeof now === "object" && now !== null && !Array.isArray(now)) {
      const was = (typeof old === "object" && old !== null && !Array.isArray(old) ? old : {}) as Properties;
      return Object.fromEntries(Object.entries(input).map(([k, v]) => [k, merge(v, was[k], now[k])] as const));
    }
    if (Array.isArray(input) && Array.isArray(now) && Array.isArray(old) && input.length === now.length) return input.map((v, i) => merge(v, old[i], now[i]));
    return now ?? null;
  };
  return merge(inputs, before, restrict(live, inputs) as Properties) as Properties;
}

/** Any Kubernetes object, by server-side apply. */
export function objectResource(settings: Settings): Resource {
  const cluster = (): Cluster => {
    if (settings.cluster === null) throw new Error("the provider has no kubeconfig: set `kubeconfig`, or KUBECONFIG");
    return settings.cluster;
  };
  const settle = async (op: Operation, live: KubeObject, inputs: Properties): Promise<{ id: string; state: Properties }> => {
    try { return { id: idOf(live), state: stateOf(await untilReady(live, cluster(), op.timeout, op.signal), inputs) }; }
    catch (error) { throw new PartialFailure((error as Error).message, idOf(live), stateOf(live, inputs), inputs); }
  };
  /** What the API server would make of it, where it can be asked; else what is asked for. */
  const rehearse = async (op: Operation, inputs: Properties): Promise<Properties> => {
    if (settings.cluster === null || hasUnknown(plainProperties(inputs)) || !await settings.cluster.reachable()) return inputs;
    try { return stateOf(await settings.cluster.apply(wire(inputs), { dryRun: true, signal: AbortSignal.any([op.signal, AbortSignal.timeout(3000)]) }), inputs); }
    catch (error) {
      // Its kind or its namespace may be made by the same update.
      if (/not found|no matches for kind|interrupted|aborted/.test((error as Error).message)) return inputs;
      throw error;
    }
  };
  return {
    check: (urn, inputs, before, seed) => check(urn, inputs, before, seed, settings.namespace),
    diff: (_, __, before, inputs, ignore) => diff(before.inputs, inputs, ignore, settings.mutable),
    create: async (op, inputs) => {
      if (op.preview) return { id: "", state: await rehearse(op, inputs) };
      const object = wire(inputs);
      const live = object.metadata.name === undefined ? await cluster().create(object, op.signal) : await cluster().apply(object, { dryRun: false, signal: op.signal });
      return settle(op, live, inputs);
    },
    read: async (op, id, inputs, state) => {
      const known = wire(Object.keys(inputs).length > 0 ? inputs : state);
      const [name, namespace] = id.split("/").reverse();
      const live = await cluster().read({ ...known, metadata: { ...known.metadata, name: name!, ...(namespace === undefined ? {} : { namespace }) } }, op.signal);
      if (live === null) return null;
      const own = Object.keys(inputs).length === 0 ? tidy(live) : driftedInputs(plainProperties(inputs), restrict(plainProperties(state), plainProperties(inputs)) as Properties, tidy(live));
      return { id, inputs: remark(own, inputs) as Properties, state: stateOf(live, inputs) };
    },
    update: async (op, _, before, inputs) => {
      if (op.preview) return hasUnknown(plainProperties(inputs)) ? { ...before.state, ...inputs, status: UNKNOWN } : rehearse(op, inputs);
      return (await settle(op, await cluster().apply(wire(inputs), { dryRun: false, signal: op.signal }), inputs)).state;
    },
    delete: async (op, _, inputs, state) => {
      const object = wire(Object.keys(inputs).length > 0 ? inputs : state);
      const uid = (wire(state).metadata as { uid?: string } | undefined)?.uid;
      await cluster().delete(object, op.signal);
      await untilGone({ ...object, metadata: { ...object.metadata, ...(uid === undefined ? {} : { uid }) } }, cluster(), op.timeout, op.signal);
    },
  };
}
