import { calicoForms } from "./calico-forms";
import type { ParsedLab, ParsedSwitch } from "./schema";
import type {
  CalicoBgpSpec,
  CalicoRouting,
  HostSpec,
  LabSpec,
  LeafSpec,
  NetscalerSpec,
  NodeSpec,
  SwitchSpec,
} from "./types";

/** Place in the list as written of the i-th entry of the list at this path (they differ when broken entries were left out). */
export type OriginalIndex = (listPath: string, i: number) => number;

/** Expands short forms and makes absent settings explicit nulls. */
export function normalize(lab: ParsedLab, original: OriginalIndex): LabSpec {
  const { spines, leaves, ...fabric } = lab.fabric;
  return {
    ...lab,
    fabric: {
      ...fabric,
      spines: entries(spines, "spine").map((entry, i) =>
        switchSpec(entry, `fabric.spines[${original("fabric.spines", i)}]`, original),
      ),
      leaves: entries(leaves, "leaf").map((entry, i) =>
        leafSpec(entry, `fabric.leaves[${original("fabric.leaves", i)}]`, original),
      ),
    },
    nodes: lab.nodes.map((node, i): NodeSpec => ({
      path: `nodes[${original("nodes", i)}]`,
      name: node.name,
      role: node.role,
      leaf: node.leaf,
      index: node.index ?? null,
      address: node.address ?? null,
      port: node.port ?? null,
      kernel: node.kernel ?? null,
    })),
    hosts: lab.hosts.map((host, i): HostSpec => ({
      path: `hosts[${original("hosts", i)}]`,
      name: host.name,
      leaf: host.leaf,
      index: host.index ?? null,
      address: host.address ?? null,
      port: host.port ?? null,
      kernel: host.kernel ?? null,
    })),
    kubernetes: { ...lab.kubernetes, growth: lab.kubernetes.growth ?? null },
    calico: calicoSpec(lab.calico),
    netscaler: lab.netscaler === undefined ? null : netscalerSpec(lab.netscaler, original),
    workload: lab.workload === undefined ? null : { ...lab.workload, localService: lab.workload.localService ?? null },
  };
}

function calicoSpec(written: ParsedLab["calico"]): LabSpec["calico"] {
  const forms = calicoForms(written);
  return {
    ...written,
    ...forms,
    pool: written.pool ?? null,
    podMtu: written.podMtu ?? null,
    bgp: calicoBgp(written.bgp, forms.routing),
  };
}

function calicoBgp(written: ParsedLab["calico"]["bgp"], routing: CalicoRouting): CalicoBgpSpec {
  return {
    ...written,
    mesh: written.mesh || routing === "mesh",
    maximumPrefix: written.maximumPrefix ?? null,
    keepalive: written.keepalive ?? null,
    hold: written.hold ?? null,
  };
}

function netscalerSpec(written: NonNullable<ParsedLab["netscaler"]>, original: OriginalIndex): NetscalerSpec {
  const neighbors =
    written.neighbors?.map((each, i) => ({
      path: `netscaler.neighbors[${original("netscaler.neighbors", i)}]`,
      address: each.address,
      remoteAs: each.remoteAs ?? null,
    })) ?? null;
  return { ...written, path: "netscaler", address: written.address ?? null, port: written.port ?? null, neighbors };
}

function entries(written: number | readonly ParsedSwitch[], role: string): readonly ParsedSwitch[] {
  return typeof written === "number" ? Array.from({ length: written }, (_, i) => `${role}${i + 1}`) : written;
}

function switchSpec(entry: ParsedSwitch, path: string, original: OriginalIndex): SwitchSpec {
  const from: Partial<Exclude<ParsedSwitch, string>> & { name: string } =
    typeof entry === "string" ? { name: entry } : entry;
  return {
    path,
    name: from.name,
    index: from.index ?? null,
    as: from.as ?? null,
    loopback: from.loopback ?? null,
    hostname: from.hostname ?? null,
    networks: from.networks ?? [],
    aggregates: from.aggregates ?? [],
    neighbors: (from.neighbors ?? []).map((each, i) => ({
      path: `${path}.neighbors[${original(`${path}.neighbors`, i)}]`,
      address: each.address,
      remoteAs: each.remoteAs,
      multihop: each.multihop ?? null,
    })),
    bgp: from.bgp ?? {},
    drain: from.drain ?? false,
    rpFilter: from.rpFilter ?? null,
    kernel: from.kernel ?? null,
  };
}

function leafSpec(entry: ParsedSwitch, path: string, original: OriginalIndex): LeafSpec {
  return {
    ...switchSpec(entry, path, original),
    serverSubnet: (typeof entry === "string" ? null : entry.serverSubnet) ?? null,
    gateway: (typeof entry === "string" ? null : entry.gateway) ?? null,
  };
}
