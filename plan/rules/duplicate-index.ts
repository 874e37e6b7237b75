import { valuesOf, type Setting } from "../allocate";
import { leavesOf, spinesOf } from "../lookup";
import { serversOf } from "./common/servers";
import { clashes, defineRule, listText, type Finding } from "./rule";

interface Indexed {
  readonly name: string;
  readonly index: Setting<number | null>;
}

export const duplicateIndex = defineRule({
  name: "duplicate-index",
  title: "Indices are unique among spines, among leaves, and among the machines of one role on one leaf",
  severity: "error",
  source: 'docs/spec.md, "Where addresses and numbers come from"',
  why: "Addresses, AS numbers and ports follow from the index: two machines with one index get the same.",
  fixed: "Two machines of one index have the same addresses and ports.",
  find: (lab) => {
    const servers = serversOf(lab).flatMap(({ name, index, key, leafName }) =>
      index === null || index.value === null ? [] : [{ name, index, key, what: among(key, leafName) }],
    );
    return [
      ...clashes(spinesOf(lab), (each) => each.index.value).map((group) => duplicate(group, "spines")),
      ...clashes(leavesOf(lab), (each) => each.index.value).map((group) => duplicate(group, "leaves")),
      ...clashes(servers, (each) => each.key).map((group) => duplicate(group, group[0]?.what ?? "")),
    ];
  },
});

/** "worker nodes on leaf1", "hosts on leaf1". */
function among(key: string, leaf: string): string {
  const role = key.split(" ").at(-2) ?? "";
  return role === "host" ? `hosts on ${leaf}` : `${role} nodes on ${leaf}`;
}

function duplicate(group: readonly Indexed[], what: string): Finding {
  const last = group[group.length - 1];
  return {
    path: last?.index.path ?? "",
    message: `index ${last?.index.value ?? ""} is taken ${group.length} times among ${what}: ${listText(group.map((each) => each.name))}`,
    values: valuesOf(...group.map((each) => each.index)),
    remedy: "Give each an index of its own: addresses, AS numbers and ports follow from it.",
  };
}
