import type { Address } from "../../plan/types";
import { output } from "../access";
import type { LabAccess } from "../types";

/** A network namespace of a node that a pod's address was found in. */
export interface PodNamespace {
  readonly namespace: string;
  readonly address: Address;
  readonly interface: string;
  readonly mtu: number;
}

/** The parts of `ip -j addr` that are read here. */
interface IpAddr {
  readonly ifname: string;
  readonly mtu: number;
  readonly addr_info?: readonly { readonly family: string; readonly local: string }[];
}

const MARK = "### ";

/** The container runtime keeps each pod's network namespace under a name of its own; the pod is known by the address in it. */
const SCRIPT = `for ns in $(ls /run/netns 2>/dev/null); do echo "${MARK}$ns"; ip -n "$ns" -j -4 addr 2>/dev/null; echo; done`;

export function parseNamespaces(text: string): PodNamespace[] {
  return text
    .split(/^### /m)
    .slice(1)
    .flatMap((part) => {
      const [name, ...rest] = part.split("\n");
      const printed = rest.join("\n").trim();
      if (name === undefined || printed === "") return []; // a pod that ended meanwhile
      return (JSON.parse(printed) as IpAddr[])
        .filter((each) => each.ifname !== "lo" && each.ifname !== undefined)
        .flatMap((each) =>
          (each.addr_info ?? []).map((info) => ({
            namespace: name,
            address: info.local,
            interface: each.ifname,
            mtu: each.mtu,
          })),
        );
    });
}

export function namespacesOf(lab: LabAccess, node: string): Promise<PodNamespace[]> {
  return lab.once(`pod namespaces ${node}`, async () => parseNamespaces(await output(lab, node, SCRIPT)));
}

/** @throws Error when no namespace of the node has the address. */
export async function namespaceOf(lab: LabAccess, node: string, address: Address): Promise<PodNamespace> {
  const found = (await namespacesOf(lab, node)).find((each) => each.address === address);
  if (found === undefined) throw new Error(`no network namespace on ${node} has address ${address}`);
  return found;
}
