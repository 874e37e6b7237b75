import { defineRule } from "./rule";

export const fabricSize = defineRule({
  name: "fabric-size",
  title: "A fabric has at least one spine and one leaf",
  severity: "error",
  source: "RFC 7938, section 3.2 (Clos topology)",
  why: "Nodes are connected to leaves, and leaves to each other by spines only.",
  fixed: "Without switches there is nothing to build.",
  find: ({ spec }) =>
    (["spines", "leaves"] as const)
      .filter((tier) => spec.fabric[tier].length === 0)
      .map((tier) => ({
        path: `fabric.${tier}`,
        message: `the fabric has no ${tier}`,
        values: {},
        remedy: `Write ${tier}: 2, or a list of names.`,
      })),
});
