import { createHash } from "node:crypto";
import { plain, UNKNOWN, type Properties, type Value } from "../../../provider/protocol/values";
import type { CheckResult, Urn } from "../../../provider/protocol/serve";
import { CLUSTER_SCOPED, tokenGvk } from "./types";

const AUTONAMED = "pulumi.com/autonamed";
const isObject = (v: Value | undefined): v is Properties => typeof v === "object" && v !== null && !Array.isArray(v);

/** Wire objects without null members: a null is the same as not given, as for the official plugin. */
export function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [k, withoutNulls(v)]));
}

function hasNulls(value: Value): boolean {
  return value === null || (typeof value === "object" && (Array.isArray(value) ? value : Object.values(value)).some(hasNulls));
}

/** "name-1a2b3c4d": from the engine's seed, so that a preview and its update agree. */
const autoname = (urn: Urn, seed: Buffer): string => `${urn.name.toLowerCase()}-${createHash("sha256").update(seed).update(urn.urn).digest("hex").slice(0, 8)}`;

/** Fills in what the official plugin fills in: apiVersion and kind of the token, a name where none is given, the default namespace. */
export function check(urn: Urn, given: Properties, before: () => Properties | null, seed: Buffer, defaultNamespace: string): CheckResult {
  const token = tokenGvk(urn.type), inputs = hasNulls(given) ? withoutNulls(given) as Properties : given;
  const apiVersion = (inputs.apiVersion ?? token.apiVersion) as string, kind = (inputs.kind ?? token.kind) as string;
  const failures = [];
  // A CustomResource's token carries its own apiVersion; the official plugin refuses the core group there.
  if (!apiVersion.includes("/") && !urn.type.startsWith("kubernetes:core/"))
    failures.push({ property: "apiVersion", reason: `apiVersion does not have both a group and a version: ${JSON.stringify(apiVersion)}` });
  const metadata: Properties = isObject(plain(inputs.metadata ?? {})) ? { ...(plain(inputs.metadata ?? {}) as Properties) } : {};
  if (metadata.name === undefined && metadata.generateName === undefined) {
    const old = plain(before()?.metadata ?? {}) as Properties;
    const keep = isObject(old.annotations) && old.annotations[AUTONAMED] === "true" ? old.name : undefined;
    metadata.name = keep ?? autoname(urn, seed);
    metadata.annotations = { ...(isObject(metadata.annotations) ? metadata.annotations : {}), [AUTONAMED]: "true" };
  }
  if (metadata.namespace === undefined && !CLUSTER_SCOPED.has(kind) && isBuiltIn(apiVersion)) metadata.namespace = defaultNamespace;
  if (metadata.name !== UNKNOWN && typeof metadata.name === "string" && metadata.name.length > 253) failures.push({ property: "metadata.name", reason: `metadata.name: ${metadata.name.length} characters; at most 253` });
  const same = inputs.apiVersion === apiVersion && inputs.kind === kind && JSON.stringify(inputs.metadata) === JSON.stringify(metadata);
  return { inputs: same ? inputs : { ...inputs, apiVersion, kind, metadata }, failures };
}

/** Groups of Kubernetes itself; whether another kind has a namespace is for its definition to say. */
export const isBuiltIn = (apiVersion: string): boolean => !apiVersion.includes("/") || /^(apps|batch|autoscaling|policy)\/|\.k8s\.io\//.test(apiVersion);
export const isAutonamed = (inputs: Properties): boolean => isObject(inputs.metadata) && isObject(inputs.metadata.annotations) && inputs.metadata.annotations[AUTONAMED] === "true";
