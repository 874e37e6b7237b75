import { commandText, type Drift, type Repair } from "../../configuration/drift";
import { filesProgram, memberProgram, type Program } from "./programs";
import type { Wanted } from "../../configuration/wanted";

/** What is to be done about differences, each thing once, in their order. */
export function repairs(found: readonly Drift[]): Repair[] {
  const byText = new Map(found.map(({ repair }) => [JSON.stringify(repair), repair]));
  return [...byText.values()];
}

/**
 * One program that does all of it. A command that fails does not keep the others from running: what it was for is still there at the next look, which is what
 * counts.
 */
export function repairProgram(asked: readonly Repair[], wanted: Wanted): Program {
  const commands = asked.flatMap((each) => (each.kind === "command" ? [commandText(each.words)] : []));
  // Standard input belongs to the program that comes last, because it has files or marks in it.
  const before = commands.map((command) => `${command} </dev/null\n`).join("");
  const has = (kind: Repair["kind"]): boolean => asked.some((each) => each.kind === kind);
  const last = has("files")
    ? filesProgram(wanted.files, wanted.routing === "replace" ? "repair" : wanted.routing)
    : has("member") && wanted.member !== null
      ? memberProgram(wanted.member)
      : { text: "" };
  return { ...last, text: `${before}${last.text}` };
}
