import type { ParsedLab, ParsedSwitch } from "./schema";
import type { LabSpec, LeafSpec, NodeSpec, SwitchSpec } from "./types";

/** Place in the list as written of the i-th entry of the list at this path (they differ when broken entries were left out). */
export type OriginalIndex = (listPath: string, i: number) => number;

/** Expands short forms and makes absent settings explicit nulls. */
export function normalize(lab: ParsedLab, original: OriginalIndex): LabSpec {
  const { spines, leaves, ...fabric } = lab.fabric;
  return {
    ...lab,
    fabric: {
      ...fabric,
      spines: entries(spines, "spine").map((entry, i) => switchSpec(entry, `fabric.spines[${original("fabric.spines", i)}]`)),
      leaves: entries(leaves, "leaf").map((entry, i) => leafSpec(entry, `fabric.leaves[${original("fabric.leaves", i)}]`)),
    },
    nodes: lab.nodes.map((node, i): NodeSpec => ({
      path: `nodes[${original("nodes", i)}]`,
      name: node.name,
      role: node.role,
      leaf: node.leaf,
      index: node.index ?? null,
      address: node.address ?? null,
      port: node.port ?? null,
    })),
    workload: lab.workload ?? null,
  };
}

function entries(written: number | readonly ParsedSwitch[], role: string): readonly ParsedSwitch[] {
  return typeof written === "number" ? Array.from({ length: written }, (_, i) => `${role}${i + 1}`) : written;
}

function switchSpec(entry: ParsedSwitch, path: string): SwitchSpec {
  const from = typeof entry === "string" ? { name: entry } : entry;
  return { path, name: from.name, index: from.index ?? null, as: from.as ?? null, loopback: from.loopback ?? null, hostname: from.hostname ?? null };
}

function leafSpec(entry: ParsedSwitch, path: string): LeafSpec {
  return { ...switchSpec(entry, path), serverSubnet: (typeof entry === "string" ? null : entry.serverSubnet) ?? null };
}
