import { writtenSessionsOf } from "./common/speakers";
import { defineRule } from "./rule";

export const neighborSelf = defineRule({
  name: "neighbor-self",
  title: "No router is its own neighbor",
  severity: "error",
  source: 'FRR, "Can not configure the local system as neighbor"',
  why: "FRR refuses the statement, and with it the rest of the file.",
  find: (lab) =>
    writtenSessionsOf(lab)
      .written.filter(({ by, owner }) => owner === by)
      .map(({ path, by, address }) => ({
        path: `${path}.address`,
        message: `${address} is an address of ${by.name} itself`,
        values: { [`${path}.address`]: address },
        remedy: "Write the other end's address.",
      })),
});
