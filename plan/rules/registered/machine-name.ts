import { clashes } from "../rule";
import { found, type RegisteredRule } from "./registered-rule";

export const machineName: RegisteredRule = {
  name: "machine-name",
  title: "No two Machines of a stack have one name",
  severity: "error",
  scope: "stack",
  source: "docs/architecture.md (Machine)",
  why: "The second can't be made: its name is taken on the management network.",
  check: ({ machines }) =>
    clashes(machines, ({ machine }) => machine).flatMap(([first, ...more]) =>
      more.map((each) =>
        found(
          each,
          "name",
          `name "${each.machine}" is that of ${first?.resource} too`,
          "Give one of them another name.",
        ),
      ),
    ),
};
