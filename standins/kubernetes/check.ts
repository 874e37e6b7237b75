import { createHash } from "node:crypto";
import { plain, remark, UNKNOWN, type Properties, type Value } from "../../provider/protocol/values";
import type { CheckFailure, CheckResult, Urn } from "../../provider/protocol/serve";
import { CLUSTER_SCOPED, tokenGvk } from "./types";

const AUTONAMED = "pulumi.com/autonamed";
const isObject = (v: Value | undefined): v is Properties => typeof v === "object" && v !== null && !Array.isArray(v);

/** Wire objects without null members: a null is the same as not given, as for the official plugin. */
export function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== null)
      .map(([k, v]) => [k, withoutNulls(v)]),
  );
}

function hasNulls(value: Value): boolean {
  return (
    value === null ||
    (typeof value === "object" && (Array.isArray(value) ? value : Object.values(value)).some(hasNulls))
  );
}

/** "name-1a2b3c4d": from the engine's seed, so that a preview and its update agree. */
const autoname = (urn: Urn, seed: Buffer): string =>
  `${urn.name}-${createHash("sha256").update(seed).update(urn.urn).digest("hex").slice(0, 8)}`;

/** The object's metadata, with a name and a namespace. */
function fill(
  metadata: Properties,
  namespaced: boolean,
  urn: Urn,
  before: () => Properties | null,
  seed: Buffer,
  defaultNamespace: string,
): Properties {
  const filled = { ...metadata };
  if (filled.name === undefined && filled.generateName === undefined) {
    const old = plain(before()?.metadata ?? {});
    filled.name =
      isObject(old) && isObject(old.annotations) && old.annotations[AUTONAMED] === "true" && old.name !== undefined
        ? old.name
        : autoname(urn, seed);
    if (filled.annotations !== UNKNOWN)
      filled.annotations = { ...(isObject(filled.annotations) ? filled.annotations : {}), [AUTONAMED]: "true" };
  }
  if (filled.namespace === undefined && namespaced) filled.namespace = defaultNamespace;
  return filled;
}

/**
 * Fills in what the official plugin fills in: apiVersion and kind of the token, a name where none is given, the default namespace.
 * Inputs that need nothing are returned as they are.
 */
export function check(
  urn: Urn,
  given: Properties,
  before: () => Properties | null,
  seed: Buffer,
  defaultNamespace: string,
): CheckResult {
  const token = tokenGvk(urn.type);
  const inputs = hasNulls(given) ? (withoutNulls(given) as Properties) : given;
  const apiVersion = inputs.apiVersion ?? token.apiVersion;
  const kind = inputs.kind ?? token.kind;
  const failures: CheckFailure[] = [];
  if (apiVersion !== UNKNOWN && plain(apiVersion) !== token.apiVersion)
    failures.push({
      property: "apiVersion",
      reason: `apiVersion: ${JSON.stringify(plain(apiVersion))} is not the one of the resource's type, ${JSON.stringify(token.apiVersion)}`,
    });
  const bare = plain(inputs.metadata ?? {});
  if (!isObject(bare)) {
    if (bare !== UNKNOWN) failures.push({ property: "metadata", reason: "metadata: wants an object" });
    return { inputs: { ...inputs, apiVersion, kind }, failures };
  }
  const filled = fill(
    bare,
    !CLUSTER_SCOPED.has(token.kind) && isBuiltIn(token.apiVersion),
    urn,
    before,
    seed,
    defaultNamespace,
  );
  if (typeof filled.name === "string" && filled.name !== UNKNOWN && filled.name.length > 253)
    failures.push({
      property: "metadata.name",
      reason: `metadata.name: ${filled.name.length} characters; at most 253`,
    });
  const metadata = remark(filled, inputs.metadata);
  const same =
    inputs.apiVersion === apiVersion &&
    inputs.kind === kind &&
    JSON.stringify(inputs.metadata) === JSON.stringify(metadata);
  return { inputs: same ? inputs : { ...inputs, apiVersion, kind, metadata }, failures };
}

/** Groups of Kubernetes itself; whether another kind has a namespace is for its definition to say. */
export const isBuiltIn = (apiVersion: string): boolean =>
  !apiVersion.includes("/") || /^(apps|batch|autoscaling|policy)\/|\.k8s\.io\//.test(apiVersion);
/** Of plain inputs: whether the name was made here, and so may be made anew. */
export const isAutonamed = (inputs: Properties): boolean =>
  isObject(inputs.metadata) &&
  isObject(inputs.metadata.annotations) &&
  inputs.metadata.annotations[AUTONAMED] === "true";
