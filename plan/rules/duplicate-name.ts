import { duplicateNameFinding, sameNames } from "./common/duplicate-name";
import { defineRule } from "./rule";

export const duplicateName = defineRule({
  name: "duplicate-name",
  title: "Every machine has a name of its own",
  severity: "error",
  source: "RFC 1123, section 2.1; Pulumi, resource names",
  why: "Machines, cables and sessions are known by name; of two nodes with one name Kubernetes sees one.",
  fixed: "The second machine can't be made.",
  find: (lab) =>
    sameNames(lab).map((group) =>
      duplicateNameFinding(
        group.map(({ path, name }) => ({ path: `${path}.name`, value: name, given: true })),
        "name",
        "a name of its own",
      ),
    ),
});
