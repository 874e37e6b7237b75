import type { LabPlan } from "../types";
import { nodeInterfaces } from "./interfaces";
import { fileText, hostPart, nodeOf, type Files } from "./text";

/** The files that put a node on its leaf and let nodes find each other by name. */
export function nodeFiles(plan: LabPlan, name: string): Files {
  const of = nodeOf(plan, name);
  const hosts = plan.nodes.map((node) => `${hostPart(node.address)} ${node.hostname}`);
  return {
    "/etc/network/interfaces": nodeInterfaces(of, `${of.leaf} ${of.leafPort}`),
    "/etc/hostname": fileText([of.hostname]),
    "/etc/hosts": fileText(["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback", ...hosts]),
    // Not 127.0.0.1: CoreDNS forwards to what the node has, and stops when that is itself.
    "/etc/resolv.conf": fileText([`nameserver ${of.gateway}`]),
  };
}
