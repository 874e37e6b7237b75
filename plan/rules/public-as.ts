import { valuesOf } from "../allocate";
import { asUses } from "./common/as-numbers";
import { isDocumentationAs } from "./documentation-as";
import { defineRule } from "./rule";

const FIRST_PRIVATE = 64512;
const LAST_PRIVATE = 65534;
const FIRST_PRIVATE_LONG = 4200000000;
/** AS_TRANS, and the last number of either size: `reserved-as` speaks of them. */
const RESERVED = [0, 23456, 65535];

export const publicAs = defineRule({
  name: "public-as",
  title: "AS numbers are private ones",
  severity: "warning",
  source: "RFC 6996",
  why: "A public number belongs to someone: where the network meets the internet, routes with it are dropped or filtered.",
  find: (lab) =>
    asUses(lab)
      .filter(({ as }) => as.value !== null && isPublic(as.value))
      .map(({ who, as }) => ({
        path: as.path,
        message: `${who} has AS ${as.value ?? ""}, which is no private number`,
        values: valuesOf(as),
        remedy:
          "Use 64512 to 65534, or 4200000000 to 4294967294; if the number is yours, switch this rule off and say so.",
      })),
});

function isPublic(as: number): boolean {
  return (
    !(as >= FIRST_PRIVATE && as <= LAST_PRIVATE) &&
    as < FIRST_PRIVATE_LONG &&
    !RESERVED.includes(as) &&
    !isDocumentationAs(as)
  );
}
