import { isDeepStrictEqual } from "node:util";
import type { Properties, Value } from "../../provider/protocol/values";

const isObject = (v: Value | undefined): v is Properties => typeof v === "object" && v !== null && !Array.isArray(v);

export const without = (fields: readonly string[], of: Properties): Properties =>
  Object.fromEntries(Object.entries(of).filter(([k]) => !fields.includes(k)));

/** Live values at the places that the inputs name: drift in fields that the program does not manage is not ours to see. */
export function restrict(live: Value | undefined, shape: Value): Value | undefined {
  if (Array.isArray(shape))
    return Array.isArray(live) ? live.map((v, i) => (i < shape.length ? restrict(v, shape[i]!)! : v)) : live;
  if (!isObject(shape) || !isObject(live)) return live;
  return Object.fromEntries(
    Object.entries(shape)
      .map(([k, v]) => [k, restrict(live[k], v)] as const)
      .filter((pair): pair is [string, Value] => pair[1] !== undefined),
  );
}

/**
 * Inputs as the cluster now has them. The API server writes some values in its own way ("100m" for 0.1), so that a field counts as changed when it is
 * not what the server made of it the last time.
 *
 * @param before state at the last update, restricted to the inputs
 */
export function driftedInputs(inputs: Properties, before: Properties, live: Properties): Properties {
  const merge = (input: Value, old: Value | undefined, now: Value | undefined): Value | undefined => {
    if (isDeepStrictEqual(old, now)) return input;
    if (isObject(input) && isObject(now)) {
      const was = isObject(old) ? old : {};
      return Object.fromEntries(
        Object.entries(input)
          .map(([k, v]) => [k, merge(v, was[k], now[k])] as const)
          .filter((pair): pair is [string, Value] => pair[1] !== undefined),
      );
    }
    if (Array.isArray(input) && Array.isArray(now) && Array.isArray(old) && input.length === now.length)
      return input.map((v, i) => merge(v, old[i], now[i]) ?? null);
    return now;
  };
  return merge(inputs, before, restrict(live, inputs)) as Properties;
}

/** Inputs of an object that no program has made yet (`pulumi import`): all but what the API server writes itself. */
export function importedInputs(live: Properties): Properties {
  return without(["status"], {
    ...live,
    metadata: without(
      ["creationTimestamp", "generation", "resourceVersion", "uid", "selfLink", "managedFields"],
      live.metadata as Properties,
    ),
  });
}
