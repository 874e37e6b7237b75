import { nodesOf } from "../../lookup";
import { found, type RegisteredRule } from "./registered-rule";
import { AS_ANNOTATION } from "./registered";

export const nodeAs: RegisteredRule = {
  name: "calico-node-as",
  title: "A Node's AS annotation is the AS number that its lab plans for it",
  severity: "error",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/node (asNumber); RFC 4271, section 6.2",
  calico: "3.28",
  why: "The leaf expects the planned number: it answers the node's OPEN with a NOTIFICATION, and the session never comes up.",
  check: ({ nodes, labs }) =>
    nodes.flatMap((node) => {
      const planned = labs
        .flatMap(({ plan }) => nodesOf(plan))
        .find(({ name, hostname }) => [name, hostname].includes(node.object ?? node.resource))?.bgp?.as;
      if (planned === undefined || node.as === null || node.as === planned) return [];
      return [
        found(
          node,
          `metadata.annotations["${AS_ANNOTATION}"]`,
          `the annotation is ${node.as}, and the plan of the lab has AS ${planned} for the node`,
          `Write "${planned}", or leave the annotation to the lab.`,
        ),
      ];
    }),
};
