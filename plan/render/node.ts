import { homeOf, nodeOf } from "../lookup";
import type { LabPlan, ServerPlan } from "../types";
import { serverInterfaces } from "./interfaces";
import { fileText, type Files } from "./text";

/** Resolver file that kubelet gives to pods; the machine's own belongs to the container engine, which rewrites it at each start. */
export const POD_RESOLVER = "/etc/kubernetes/resolv.conf";

/** The files that put a node on its leaf. None names another node: adding one changes no file of the others. */
export function nodeFiles(plan: LabPlan, name: string): Files {
  const of = nodeOf(plan, name);
  return {
    ...serverFiles(of),
    // Not 127.0.0.1: CoreDNS forwards to what the node has, and stops when that is itself. The gateway answers at once that it has no resolver.
    [POD_RESOLVER]: fileText([`nameserver ${homeOf(of).gateway}`]),
  };
}

/** The files that put any server on its leaf. */
export function serverFiles(of: ServerPlan): Files {
  return { "/etc/network/interfaces": serverInterfaces(of) };
}
