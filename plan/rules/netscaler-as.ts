import { valuesOf } from "../allocate";
import { balancersOf } from "../lookup";
import { asUses } from "./common/as-numbers";
import { defineRule } from "./rule";

export const netscalerAs = defineRule({
  name: "netscaler-as",
  title: "The load balancer has an AS number that neither nodes nor switches have",
  severity: "error",
  source: "RFC 4271, sections 9.1.2 and 9.2",
  why: "With the nodes' number the session is iBGP, whose routes a node passes to no other node; with a switch's number that switch drops the virtual addresses as a loop.",
  find: (lab) => {
    const uses = asUses(lab);
    return balancersOf(lab).flatMap(({ spec }) => {
      const own = { path: `${spec.path}.as`, value: spec.as, given: true };
      return uses
        .filter(({ as }) => as.path !== own.path && as.value === own.value)
        .map(({ who, as }) => ({
          path: own.path,
          message: `${spec.name} has AS ${own.value}, that of ${who}`,
          values: valuesOf(own, as),
          remedy: "Give it a number of its own.",
        }));
    });
  },
});
