import { didYouMean } from "../../lab-spec/suggest";
import { leavesOf } from "../lookup";
import { serversOf } from "./common/servers";
import { defineRule } from "./rule";

export const unknownLeaf = defineRule({
  name: "unknown-leaf",
  title: "The leaf of a node, a host or the load balancer exists",
  severity: "error",
  source: "docs/spec.md",
  why: "Address, gateway and cable of a machine come from its leaf.",
  fixed: "A machine without a leaf has no address and no cable.",
  find: (lab) => {
    const names = leavesOf(lab).map((leaf) => leaf.name);
    // A fabric without leaves is reported as such.
    if (names.length === 0) return [];
    return serversOf(lab)
      .filter((each) => each.leaf === null)
      .map(({ name, path, leafName }) => ({
        path: `${path}.leaf`,
        message: `${name} is on "${leafName}", which is no leaf of this lab`,
        values: { [`${path}.leaf`]: leafName, "fabric.leaves": names.join(", ") },
        remedy: didYouMean(leafName, names),
      }));
  },
});
