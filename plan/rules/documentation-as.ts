import { valuesOf } from "../allocate";
import { asUses } from "./common/as-numbers";
import { defineRule } from "./rule";

/** RFC 5398, section 3. */
export const isDocumentationAs = (as: number): boolean => (as >= 64496 && as <= 64511) || (as >= 65536 && as <= 65551);

export const documentationAs = defineRule({
  name: "documentation-as",
  title: "No AS number comes from the ranges for documentation",
  severity: "warning",
  source: "RFC 5398",
  why: "Those numbers are for texts; networks filter them.",
  find: (lab) =>
    asUses(lab)
      .filter(({ as }) => as.value !== null && isDocumentationAs(as.value))
      .map(({ who, as }) => ({
        path: as.path,
        message: `${who} has AS ${as.value ?? ""}, a number for documentation`,
        values: valuesOf(as),
        remedy: "Use a private AS number: 64512 to 65534, or 4200000000 to 4294967294 (RFC 6996).",
      })),
});
