import type { LabInput } from "../lab-spec";

/** A fabric's size. */
export interface Size {
  readonly spines: number;
  readonly leaves: number;
  readonly nodes: number;
}

export const sizeText = ({ spines, leaves, nodes }: Size): string =>
  `${spines + leaves} switches, ${spines * leaves} links, ${nodes} nodes`;

/** A fabric as a user would write it: counts of switches, nodes spread evenly over the leaves, pools that are large enough; in mode bgp every node peers with its leaf. */
export function scaleLab({ spines, leaves, nodes }: Size, mode: "vxlan" | "bgp" = "vxlan"): LabInput {
  return {
    name: "scale",
    management: { subnet: "192.168.0.0/20" },
    calico: { mode },
    fabric: {
      spines,
      leaves,
      asBase: { spines: 4_200_000_000, leaves: 4_200_001_000 },
      loopbacks: "172.31.0.0/20",
      serverSubnets: "10.0.0.0/10",
      links: { pool: "172.18.0.0/16", spineCapacity: Math.max(8, spines) },
    },
    nodes: Array.from({ length: nodes }, (_, i) => {
      const leaf = (i % leaves) + 1;
      return {
        name: `n${leaf}-${Math.floor(i / leaves) + 1}`,
        leaf: `leaf${leaf}`,
        role: i === 0 ? ("control-plane" as const) : ("worker" as const),
      };
    }),
  };
}

/**
 * The same fabric for `netlab create`: FRR switches with the same AS numbers, eBGP on every link, nodes as Linux hosts that netlab gives
 * default routes.
 */
export function netlabTopology({ spines, leaves, nodes }: Size): string {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
  return [
    "provider: clab",
    "defaults.device: frr",
    // The most devices netlab numbers by default is 150.
    `defaults.const.MAX_NODE_ID: ${spines + leaves + nodes + 1}`,
    // netlab's own pools end at 254 devices and at /24s of links.
    "addressing: { loopback: { ipv4: 172.31.0.0/16 }, p2p: { ipv4: 172.18.0.0/15, prefix: 31 }, lan: { ipv4: 10.64.0.0/10, prefix: 24 }, mgmt: { ipv4: 192.168.0.0/20, start: 10 } }",
    "module: [ bgp ]",
    "nodes:",
    ...numbers(spines).map((i) => `  spine${i}: { bgp.as: ${4_200_000_000 + i} }`),
    ...numbers(leaves).map((i) => `  leaf${i}: { bgp.as: ${4_200_001_000 + i} }`),
    ...numbers(nodes).map((i) => `  n${i}: { device: linux, module: [] }`),
    "links:",
    ...numbers(leaves).flatMap((leaf) => numbers(spines).map((spine) => `- leaf${leaf}-spine${spine}`)),
    ...numbers(nodes).map((i) => `- n${i}-leaf${((i - 1) % leaves) + 1}`),
    "",
  ].join("\n");
}
