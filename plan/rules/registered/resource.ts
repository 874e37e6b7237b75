/** A resource as a program registers it, as plain values: what isn't known yet is left out. */
export interface RegisteredResource {
  readonly urn: string;
  /** "kubernetes:crd.projectcalico.org/v1:IPPool". */
  readonly type: string;
  readonly name: string;
  /** URN of the provider that makes it: objects of two clusters have two. Missing where nobody says. */
  readonly provider?: string | null;
  readonly props: Readonly<Record<string, unknown>>;
}

/** Property at a dotted path whose keys hold no dots; undefined where something on the way isn't there. */
export function at(props: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      props,
    );
}

/** The text at a path; null if there is none, or an empty one. */
export function textAt(props: unknown, path: string): string | null {
  const value = at(props, path);
  return typeof value === "string" && value !== "" ? value : null;
}

/** The list at a path; empty if there is none. */
export function listAt(props: unknown, path: string): readonly unknown[] {
  const value = at(props, path);
  return Array.isArray(value) ? value : [];
}

/** The number at a path, also one written as text; null if there is none. */
export function numberAt(props: unknown, path: string): number | null {
  const value = at(props, path);
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : null;
}

/**
 * The AS number at a path: plain, or in the dotted form that Calico takes too ("1.10" is 65546, RFC 5396); null if there is none.
 */
export function asNumberAt(props: unknown, path: string): number | null {
  const dotted = /^(\d+)\.(\d+)$/.exec(String(at(props, path) ?? ""));
  return dotted === null ? numberAt(props, path) : Number(dotted[1]) * 65536 + Number(dotted[2]);
}

/** Which resource says something. */
export interface Registration {
  readonly urn: string;
  readonly resource: string;
}

export const by = ({ urn, name }: Pick<RegisteredResource, "urn" | "name">): Registration => ({ urn, resource: name });
