import { valuesOf, type Allocation, type Setting } from "../../allocate";
import type { LabSpec } from "../../../lab-spec";
import { clashes, listText, type Finding } from "../rule";

/** Groups of machines with one name. */
export function sameNames({ spec }: Allocation): { readonly name: string; readonly path: string }[][] {
  return clashes(machines(spec), (machine) => machine.name);
}

function machines({ fabric, nodes, hosts, netscaler }: LabSpec): { readonly name: string; readonly path: string }[] {
  return [...fabric.spines, ...fabric.leaves, ...nodes, ...hosts, ...(netscaler === null ? [] : [netscaler])];
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
