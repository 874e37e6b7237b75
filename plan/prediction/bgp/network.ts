import { holds } from "../../../lab-spec/ip";
import type { PrefixRange } from "../../../lab-spec/ip";
import type { SessionSettings } from "../../types";
import type { Speaker } from "../speakers";
import type { Edge } from "./path";

/** An established session, seen from one end. */
export interface Half {
  readonly at: Speaker;
  readonly from: Speaker;
  readonly local: number;
  readonly address: number;
  readonly settings: SessionSettings;
  readonly subnet: PrefixRange | null;
  readonly session: string;
  /** Sessions of one peer group are a class of their own. */
  readonly peerGroup: string;
}

/** Sessions by receiver, and each one's other side. Halves come in pairs, one after the other. */
export function edgesOf(
  speakers: readonly Speaker[],
  halves: readonly Half[],
): { edges: Edge[][]; reverse: Map<Edge, Edge> } {
  const groups = new Map<string, number[]>();
  for (const half of halves) {
    const key = `${half.at.id} ${groupOf(half)}`;
    groups.set(key, [...(groups.get(key) ?? []), half.from.as]);
  }
  const all = halves.map((half): Edge => {
    const group = groupOf(half);
    const members = groups.get(`${half.at.id} ${group}`) ?? [];
    return {
      at: half.at,
      from: half.from,
      local: half.local,
      address: half.address,
      settings: half.settings,
      internal: internal(half),
      shared: shared(half),
      group,
      session: half.session,
      remotes: [...new Set(members)].sort((a, b) => a - b),
    };
  });
  const edges: Edge[][] = speakers.map(() => []);
  for (const edge of all) edges[edge.at.id]?.push(edge);
  for (const list of edges) list.sort((a, b) => a.address - b.address);
  const reverse = new Map<Edge, Edge>();
  for (let i = 0; i + 1 < all.length; i += 2) {
    const [a, b] = [all[i], all[i + 1]];
    if (a !== undefined && b !== undefined) {
      reverse.set(a, b);
      reverse.set(b, a);
    }
  }
  return { edges, reverse };
}

const internal = (half: Half): boolean => half.at.as === half.from.as;

/** Only a subnet with room for a third machine can have a third machine's next hop. */
function shared(half: Half): PrefixRange | null {
  return half.subnet !== null && half.subnet.length < 31 && half.at.software.keepsThirdPartyNextHop
    ? half.subnet
    : null;
}

/** What a speaker sends depends on this alone. */
function groupOf(half: Half): string {
  const { settings } = half;
  const subnet = shared(half);
  return [
    half.peerGroup,
    internal(half) ? "i" : "e",
    settings.routeReflectorClient ? "c" : "",
    settings.nextHopSelf ? "s" : settings.nextHopUnchanged ? "u" : subnet === null ? "" : subnet.first,
    settings.asOverride ? "o" : "",
  ].join(" ");
}

/** Whether an address lies on a subnet. */
export const on = (subnet: PrefixRange | null, address: number): boolean => subnet !== null && holds(subnet, address);
