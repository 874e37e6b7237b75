import { defineRule, type Finding } from "./rule";

/** RFC 1123, section 2.1 and RFC 952: letters, digits, inner hyphens, 63 at most; lower case, as Kubernetes wants. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const HOSTNAME_LENGTH = 253;

export const nameSyntax = defineRule({
  name: "name-syntax",
  title: "Names of machines, hostnames, domain and Kubernetes objects are valid",
  severity: "error",
  source: "RFC 1123, section 2.1; https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
  why: "Machines, the engine and Kubernetes refuse other names.",
  fixed: "Such a machine or object can't be made.",
  find: ({ spec, switches, servers }) => {
    const labels: Record<string, string> = { name: spec.name };
    for (const machine of [...spec.fabric.spines, ...spec.fabric.leaves, ...servers.map((server) => server.spec)])
      labels[`${machine.path}.name`] = machine.name;
    if (spec.workload !== null) {
      for (const key of ["namespace", "name", "service"] as const) labels[`workload.${key}`] = spec.workload[key];
    }
    const hostnames: Record<string, string> = { domain: spec.domain };
    for (const { hostname } of switches) if (hostname.given) hostnames[hostname.path] = hostname.value;
    return [
      ...Object.entries(labels)
        .filter(([, name]) => !LABEL.test(name))
        .map(([path, name]) => badName(path, name, "label", suggestLabel(name))),
      ...Object.entries(hostnames)
        .filter(([, name]) => !isHostname(name))
        .map(([path, name]) => badName(path, name, "hostname", name.split(".").map(suggestLabel).join("."))),
    ];
  },
});

function isHostname(name: string): boolean {
  return name.length <= HOSTNAME_LENGTH && name.split(".").every((label) => LABEL.test(label));
}

function badName(path: string, name: string, kind: string, suggestion: string): Finding {
  return {
    path,
    message: `"${name}" is not a valid ${kind} (RFC 1123: lower-case letters, digits and inner hyphens, 1 to 63 a label)`,
    values: { [path]: name },
    remedy: suggestion === "" ? "Choose another name." : `Write "${suggestion}".`,
  };
}

function suggestLabel(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
}
