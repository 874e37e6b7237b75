import type { Problem } from "../../spec";
import { valuesOf, type Setting } from "../allocate";
import { clashes, listText, type Rule } from "./rule";

/** RFC 1123, section 2.1 and RFC 952: letters, digits, inner hyphens, 63 at most; lower case, as Kubernetes wants. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const HOSTNAME_LENGTH = 253;

/** Names of machines, hostnames, domain and Kubernetes objects are valid RFC 1123 names. */
export const nameSyntax: Rule = ({ spec, spines, leaves }) => {
  const labels: Record<string, string> = { name: spec.name };
  for (const machine of [...spec.fabric.spines, ...spec.fabric.leaves, ...spec.nodes]) labels[`${machine.path}.name`] = machine.name;
  if (spec.workload !== null) {
    for (const key of ["namespace", "name", "service"] as const) labels[`workload.${key}`] = spec.workload[key];
  }
  const hostnames: Record<string, string> = { domain: spec.domain };
  for (const { hostname } of [...spines, ...leaves]) if (hostname.given) hostnames[hostname.path] = hostname.value;
  return [
    ...Object.entries(labels).filter(([, name]) => !LABEL.test(name)).map(([path, name]) => badName(path, name, "label", suggestLabel(name))),
    ...Object.entries(hostnames).filter(([, name]) => !isHostname(name)).map(([path, name]) => badName(path, name, "hostname", name.split(".").map(suggestLabel).join("."))),
  ];
};

/** Every machine has a name and a hostname of its own. */
export const duplicateName: Rule = ({ spec, spines, leaves }) => {
  const machines = [...spec.fabric.spines, ...spec.fabric.leaves, ...spec.nodes];
  const sameName = clashes(machines, (machine) => machine.name).map((group) => duplicate(group.map(({ path, name }) => ({ path: `${path}.name`, value: name, given: true })), "name", "a name of its own"));
  const named = new Set(clashes(machines, (machine) => machine.name).flat());
  const sameHostname = clashes([...spines, ...leaves].filter((each) => !named.has(each.spec)), (each) => each.hostname.value).map((group) =>
    duplicate(group.map(({ hostname }) => hostname), "hostname", "a hostname of its own: BGP summaries show it"),
  );
  return [...sameName, ...sameHostname];
};

function duplicate(group: readonly Setting<string>[], what: string, remedy: string): Problem {
  const last = group.filter((each) => each.given).at(-1) ?? group[group.length - 1] ?? { path: "", value: "" };
  return {
    path: last.path,
    message: `${what} "${last.value}" is taken ${group.length} times: ${listText(group.map((each) => each.path))}`,
    values: valuesOf(...group),
    remedy: `Give each ${remedy}.`,
    rule: `duplicate-${what}`,
  };
}

function isHostname(name: string): boolean {
  return name.length <= HOSTNAME_LENGTH && name.split(".").every((label) => LABEL.test(label));
}

function badName(path: string, name: string, kind: string, suggestion: string): Problem {
  return {
    path,
    message: `"${name}" is not a valid ${kind} (RFC 1123: lower-case letters, digits and inner hyphens, 1 to 63 a label)`,
    values: { [path]: name },
    remedy: suggestion === "" ? "Choose another name." : `Write "${suggestion}".`,
    rule: "name-syntax",
  };
}

function suggestLabel(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 63).replace(/^-+|-+$/g, "");
}
