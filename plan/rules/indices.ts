import type { Problem } from "../../spec";
import { valuesOf, type NodeAllocation, type Setting } from "../allocate";
import { clashes, listText, type Rule } from "./rule";

interface Indexed {
  readonly name: string;
  readonly index: Setting<number | null>;
}

/** Every machine has an index: given, or the number its name ends with. */
export const missingIndex: Rule = (lab) =>
  [...lab.spines, ...lab.leaves, ...lab.nodes.map(named)].filter((each) => each.index.value === null).map(({ name, index }) => ({
    path: index.path,
    message: `${name} has no index: its name ends with no number from 1`,
    values: {},
    remedy: "Add an index, or end the name with a number.",
    rule: "missing-index",
  }));

/** Indices are unique among spines, among leaves, and among the nodes of one role on one leaf: they key every allocation. */
export const duplicateIndex: Rule = (lab) => {
  const nodes = lab.nodes.map((node) => ({ ...named(node), group: `${node.spec.leaf} ${node.spec.role}`, what: `${node.spec.role} nodes on ${node.spec.leaf}` }));
  const groups = [
    ...clashes(lab.spines, (each) => each.index.value).map((group) => duplicate(group, "spines")),
    ...clashes(lab.leaves, (each) => each.index.value).map((group) => duplicate(group, "leaves")),
    ...clashes(nodes, (each) => (each.index.value === null ? null : `${each.group} ${each.index.value}`)).map((group) => duplicate(group, group[0]?.what ?? "")),
  ];
  return groups;
};

/** Spine indices stay within the capacity that the link numbering was made for. */
export const spineCapacity: Rule = ({ spec, spines }) => {
  const capacity = spec.fabric.links.spineCapacity;
  return spines.filter((spine) => (spine.index.value ?? 0) > capacity).map((spine) => ({
    path: spine.index.path,
    message: `${spine.name} has index ${spine.index.value ?? ""}, above the spine capacity ${capacity}`,
    values: { ...valuesOf(spine.index), "fabric.links.spineCapacity": String(capacity) },
    remedy: `Use an index up to ${capacity}, or raise fabric.links.spineCapacity (this renumbers the links of leaves above ${capacity}).`,
    rule: "spine-capacity",
  }));
};

function named(node: NodeAllocation): Indexed {
  return { name: node.spec.name, index: node.index };
}

function duplicate(group: readonly Indexed[], among: string): Problem {
  const last = group[group.length - 1];
  return {
    path: last?.index.path ?? "",
    message: `index ${last?.index.value ?? ""} is taken ${group.length} times among ${among}: ${listText(group.map((each) => each.name))}`,
    values: valuesOf(...group.map((each) => each.index)),
    remedy: "Give each an index of its own: addresses, AS numbers and ports follow from it.",
    rule: "duplicate-index",
  };
}
