import type { Allocation } from "../allocate";
import type { Prefix } from "../types";

/** Where the spec says what a machine is; empty for a machine that the spec does not name. */
export function placeOf(lab: Allocation, machine: string): string {
  const found =
    lab.switches.find(({ name }) => name === machine)?.spec.path ??
    lab.servers.find(({ spec }) => spec.name === machine)?.spec.path;
  return found ?? "";
}

/** The aggregate or the network of a switch that discards what a prefix covers: where the spec has it. Null where the spec has none. */
export function originAt(
  lab: Allocation,
  machine: string,
  prefix: Prefix | null,
): { readonly kind: "aggregate" | "network"; readonly path: string; readonly prefix: Prefix } | null {
  const spec = lab.switches.find(({ name }) => name === machine)?.spec;
  if (spec === undefined || prefix === null) return null;
  const aggregate = spec.aggregates.findIndex((each) => each.prefix === prefix);
  if (aggregate >= 0) return { kind: "aggregate", path: `${spec.path}.aggregates[${aggregate}].prefix`, prefix };
  const network = spec.networks.indexOf(prefix);
  return network < 0 ? null : { kind: "network", path: `${spec.path}.networks[${network}]`, prefix };
}
