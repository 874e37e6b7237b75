import type { LabSpec } from "../../lab-spec";
import { addressText, prefixRange } from "../../lab-spec/ip";
import { settingValue, type Setting } from "./setting";
import { trailingNumber } from "./switches";
import type { BalancerAllocation, LeafAllocation, ServerAllocation } from "./types";

/** Where the servers of a kind start in the server subnet and on the leaf's ports: the server of index 1 is one above. */
interface Offset {
  readonly address: number;
  readonly port: number;
}

const NODE_OFFSET: Readonly<Record<"worker" | "control-plane", Offset>> = {
  worker: { address: 100, port: 0 },
  "control-plane": { address: 10, port: 40 },
};
const HOST_OFFSET: Offset = { address: 200, port: 30 };
/** The place of the one load balancer, which has no index. */
const BALANCER: Offset = { address: 208, port: 49 };

/** What the spec says of any server's place. */
interface Written {
  readonly path: string;
  readonly name: string;
  readonly leaf: string;
  readonly address: string | null;
  readonly port: number | null;
}

/** Numbers every server from its own index on its leaf: address and leaf port. */
export function allocateServers(spec: LabSpec, leaves: readonly LeafAllocation[]): ServerAllocation[] {
  return [
    ...spec.nodes.map((node): ServerAllocation => ({
      kind: "node",
      spec: node,
      ...indexed(node, NODE_OFFSET[node.role], leaves),
    })),
    ...spec.hosts.map((host): ServerAllocation => ({
      kind: "host",
      spec: host,
      ...indexed(host, HOST_OFFSET, leaves),
    })),
    ...(spec.netscaler === null
      ? []
      : [
          {
            kind: "balancer",
            spec: spec.netscaler,
            index: null,
            ...placed(spec.netscaler, leaves, BALANCER),
          } satisfies BalancerAllocation,
        ]),
  ];
}

/** A server whose place follows from its index. */
function indexed(
  spec: Written & { readonly index: number | null },
  offset: Offset,
  leaves: readonly LeafAllocation[],
): { readonly index: Setting<number | null> } & ReturnType<typeof placed> {
  const index = settingValue(`${spec.path}.index`, spec.index, () => trailingNumber(spec.name));
  const { value } = index;
  const place = value === null ? null : { address: offset.address + value, port: offset.port + value };
  return { index, ...placed(spec, leaves, place) };
}

/** @param place the server's number in the subnet and on the leaf; null where it has none that could be derived */
function placed(
  spec: Written,
  leaves: readonly LeafAllocation[],
  place: Offset | null,
): Pick<ServerAllocation, "leaf" | "address" | "port"> {
  const leaf = leaves.find((each) => each.name === spec.leaf) ?? null;
  return {
    leaf,
    address: settingValue(`${spec.path}.address`, spec.address, () => hostAddress(leaf, place)),
    port: settingValue(`${spec.path}.port`, spec.port, () => place?.port ?? null),
  };
}

/** The address of this number in a leaf's subnet if it is one a host may have: not the last, which is the broadcast address. */
function hostAddress(leaf: LeafAllocation | null, place: Offset | null): string | null {
  if (leaf === null || leaf.serverSubnet.value === null || place === null) return null;
  const range = prefixRange(leaf.serverSubnet.value);
  return range !== null && range.first + place.address < range.last ? addressText(range.first + place.address) : null;
}
