import { jsonOf, type Facts } from "../facts";
import type { Wanted } from "../wanted";
import { KUBECTL, type Drift } from "./drift";

interface ObjectList {
  readonly items?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
  }[];
}

/** "bgppeers.crd.projectcalico.org": a resource as kubectl takes it without doubt which group is meant. */
const resourceOf = (kind: string, apiVersion: string): string => {
  const group = apiVersion.includes("/") ? `.${apiVersion.slice(0, apiVersion.indexOf("/"))}` : "";
  const name = kind.toLowerCase();
  return `${name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`}${group}`;
};

/** Objects that decide what reaches what, and that are not the lab's. Whoever made one may mean it: none is deleted. */
export function strangerDrift(facts: Facts, { objects: wanted }: Wanted): Drift[] {
  const seen = jsonOf(facts, "objects") as ObjectList | null;
  if (wanted === null || seen?.items === undefined) return [];
  return seen.items
    .filter(({ kind, metadata }) => !(wanted[kind] ?? []).includes(metadata.name))
    .map(({ kind, apiVersion, metadata: { name, namespace } }) => ({
      says: `+ ${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}, which is not the lab's`,
      repair: {
        kind: "person",
        words: [
          ...[...KUBECTL, "delete", resourceOf(kind, apiVersion), name],
          ...(namespace === undefined ? [] : ["-n", namespace]),
        ],
      },
    }));
}
