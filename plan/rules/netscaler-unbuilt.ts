import { balancersOf } from "../lookup";
import { defineRule } from "./rule";

export const netscalerUnbuilt = defineRule({
  name: "netscaler-unbuilt",
  title: "A lab that is built has no NetScaler: this version predicts one and doesn't build it",
  severity: "error",
  source: "docs/spec.md, netscaler",
  why: "Nothing would make the machine, and every node would have a BGP neighbor that never answers.",
  fixed: "What can't be made can't be had by a switch.",
  find: (lab) =>
    balancersOf(lab).map(({ spec }) => ({
      path: spec.path,
      message: `this version of fabriclab predicts the NetScaler ${spec.name} and doesn't build it`,
      values: { [`${spec.path}.name`]: spec.name },
      remedy:
        "Leave netscaler out to build the lab. `fabriclab predict` and `fabriclab graph` work with it as it is written.",
    })),
});
