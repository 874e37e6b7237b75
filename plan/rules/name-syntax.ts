import type { Setting } from "../allocate";
import { defineRule, type Finding } from "./rule";

/** RFC 1123, section 2.1 and RFC 952: letters, digits, inner hyphens, 63 at most; lower case, as Kubernetes wants. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** A service's begins with a letter (RFC 1035, section 2.3.1). */
const SERVICE = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Of a DNS name (RFC 1123, section 2.1), and of the name that Linux gives a machine (HOST_NAME_MAX; hostname(7)). */
const DOMAIN_LENGTH = 253;
const HOSTNAME_LENGTH = 64;

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
    const services: Record<string, string> = {};
    if (spec.workload !== null) {
      for (const key of ["namespace", "name"] as const) labels[`workload.${key}`] = spec.workload[key];
      services["workload.service"] = spec.workload.service;
      if (spec.workload.localService !== null) services["workload.localService"] = spec.workload.localService;
    }
    const hostnames: Record<string, string> = { domain: spec.domain };
    for (const { hostname } of switches) if (hostname.given) hostnames[hostname.path] = hostname.value;
    // A hostname that is no name is told as such.
    const long = switches.filter(
      ({ hostname: { value, path } }) => value.length > HOSTNAME_LENGTH && isHostname(hostnames[path] ?? spec.domain),
    );
    return [
      ...long.map(({ name, hostname }) => tooLong(name, hostname)),
      ...Object.entries(labels)
        .filter(([, name]) => !LABEL.test(name))
        .map(([path, name]) => badName(path, name, "label", suggestLabel(name))),
      ...Object.entries(services)
        .filter(([, name]) => !SERVICE.test(name))
        .map(([path, name]) => badName(path, name, "service name", suggestLabel(name).replace(/^[^a-z]+/, ""))),
      ...Object.entries(hostnames)
        .filter(([, name]) => !isHostname(name))
        .map(([path, name]) => badName(path, name, "hostname", name.split(".").map(suggestLabel).join("."))),
    ];
  },
});

function isHostname(name: string): boolean {
  return name.length <= DOMAIN_LENGTH && name.split(".").every((label) => LABEL.test(label));
}

function tooLong(machine: string, { value, path, given }: Setting<string>): Finding {
  return {
    path: given ? path : "domain",
    message: `the hostname ${value} of ${machine} has ${value.length} characters, and Linux takes ${HOSTNAME_LENGTH}`,
    values: { [given ? path : "domain"]: given ? value : value.replace(/^[^.]*\./, "") },
    remedy: given
      ? "Write a shorter one."
      : `Use a domain that is ${value.length - HOSTNAME_LENGTH} characters shorter, or give ${machine} a hostname.`,
  };
}

function badName(path: string, name: string, kind: string, suggestion: string): Finding {
  return {
    path,
    message: `"${name}" is not a valid ${kind} ${kind === "service name" ? "(RFC 1035: a letter, then" : "(RFC 1123:"} lower-case letters, digits and inner hyphens, 1 to 63 a label)`,
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
