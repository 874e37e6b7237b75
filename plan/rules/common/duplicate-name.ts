import { valuesOf, type Allocation, type Setting } from "../../allocate";
import { clashes, listText, type Finding } from "../rule";

/** Groups of machines with one name. */
export function sameNames({ switches, servers }: Allocation): { readonly name: string; readonly path: string }[][] {
  return clashes(
    [...switches, ...servers].map(({ spec }) => spec),
    (machine) => machine.name,
  );
}

export function duplicateNameFinding(group: readonly Setting<string>[], what: string, remedy: string): Finding {
  const last = group.filter((each) => each.given).at(-1) ?? group[group.length - 1] ?? { path: "", value: "" };
  return {
    path: last.path,
    message: `${what} "${last.value}" is taken ${group.length} times: ${listText(group.map((each) => each.path))}`,
    values: valuesOf(...group),
    remedy: `Give each ${remedy}.`,
  };
}
