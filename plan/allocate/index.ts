import type { LabSpec } from "../../lab-spec";
import { addressText, holds, knownRange } from "../../lab-spec/ip";
import { linkIndex } from "./link-index";
import { allocateServers } from "./servers";
import { allocateLeaf, allocateSpine } from "./switches";
import type { Allocation, LinkAllocation, SwitchAllocation } from "./types";

export type {
  Allocation,
  BalancerAllocation,
  HostAllocation,
  LeafAllocation,
  LinkAllocation,
  NodeAllocation,
  ServerAllocation,
  SwitchAllocation,
} from "./types";
export { settingText, valuesOf, type Setting } from "./setting";

/**
 * Gives every machine and link its numbers. Each depends on the entry's own index (and its peer's) alone, so that a switch or node that
 * comes or goes moves nothing else. Never fails: what can't be allocated is null, and the rules say why.
 */
export function allocate(spec: LabSpec): Allocation {
  const spines = spec.fabric.spines.map((each) => allocateSpine(each, spec));
  const leaves = spec.fabric.leaves.map((each) => allocateLeaf(each, spec));
  const links = leaves.flatMap((leaf) => spines.flatMap((spine) => allocateLink(leaf, spine, spec) ?? []));
  return {
    spec,
    switches: [...spines, ...leaves],
    servers: allocateServers(spec, leaves),
    links,
  };
}

/** The /31 of a link, the spine first (RFC 3021), and its ports: a spine's port is the leaf's index, a leaf's uplinks follow the first one. */
function allocateLink(leaf: SwitchAllocation, spine: SwitchAllocation, spec: LabSpec): LinkAllocation | null {
  const { pool, spineCapacity, firstUplinkPort } = spec.fabric.links;
  if (leaf.index.value === null || spine.index.value === null || spine.index.value > spineCapacity) return null;
  const index = linkIndex(leaf.index.value, spine.index.value, spineCapacity);
  const range = knownRange(pool);
  const first = range.first + 2 * index;
  return {
    lower: leaf,
    upper: spine,
    index,
    addresses: holds(range, first + 1) ? { lower: addressText(first + 1), upper: addressText(first) } : null,
    ports: { lower: firstUplinkPort + spine.index.value - 1, upper: leaf.index.value },
  };
}
