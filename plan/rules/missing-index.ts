import { serversOf } from "./common/servers";
import { defineRule } from "./rule";

export const missingIndex = defineRule({
  name: "missing-index",
  title: "Every switch, node and host has an index",
  severity: "error",
  source: 'docs/spec.md, "Where addresses and numbers come from"',
  why: "The index keys addresses, AS number and ports: without one there is nothing to give out.",
  fixed: "Without an index a machine has no addresses.",
  find: (lab) =>
    [...lab.switches, ...serversOf(lab)].flatMap(({ name, index }) =>
      index === null || index.value !== null
        ? []
        : [
            {
              path: index.path,
              message: `${name} has no index: its name ends with no number from 1`,
              values: {},
              remedy: "Add an index, or end the name with a number.",
            },
          ],
    ),
});
