import type { Filter } from "./calico-types";
import { at, listAt, textAt, type RegisteredResource } from "./resource";

const LISTS = [
  { field: "exportV4", family: 4, isExport: true },
  { field: "importV4", family: 4, isExport: false },
  { field: "exportV6", family: 6, isExport: true },
  { field: "importV6", family: 6, isExport: false },
] as const;

/** What else than a prefix a rule of a BGPFilter may ask for. */
const CONDITIONS = ["cidr", "interface", "source", "peerType"] as const;

/**
 * A BGPFilter.
 *
 * Source: https://docs.tigera.io/calico/3.28/reference/resources/bgpfilter
 */
export function filter({ urn, name, provider, props }: RegisteredResource): Filter {
  return {
    urn,
    resource: name,
    object: textAt(props, "metadata.name"),
    cluster: provider ?? null,
    rules: LISTS.flatMap(({ field, family, isExport }) =>
      listAt(props, `spec.${field}`).map((rule, i) => ({
        path: `spec.${field}[${i}]`,
        family,
        isExport,
        cidr: textAt(rule, "cidr"),
        action: textAt(rule, "action"),
        isOpen: CONDITIONS.every((condition) => at(rule, condition) === undefined),
      })),
    ),
  };
}
