import { writtenSessionsOf } from "./common/speakers";
import { defineRule } from "./rule";
import { holds, knownAddress } from "../../lab-spec/ip";

export const neighborUnknown = defineRule({
  name: "neighbor-unknown",
  title: "A machine of the lab has a neighbor's address",
  severity: "warning",
  source: "Batfish, UNKNOWN_REMOTE",
  why: "With nobody there the session stays Active.",
  find: (lab) =>
    writtenSessionsOf(lab)
      .written.filter(
        ({ by, address, multihop, owner }) =>
          owner === null && (multihop || by.subnets.some(({ range }) => holds(range, knownAddress(address)))),
      )
      .map(({ path, by, address }) => ({
        path: `${path}.address`,
        message: `no machine of this lab has ${address}, a neighbor of ${by.name}`,
        values: { [`${path}.address`]: address },
        remedy: "Correct the address; if the neighbor is added by hand later, switch this rule off and say so.",
      })),
});
