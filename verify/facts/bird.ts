import type { Address, Prefix } from "../../plan/types";
import { said } from "../access";
import type { LabAccess } from "../types";

/** One path of BIRD's table that is BGP's affair. */
export interface BirdPath {
  readonly prefix: Prefix;
  /** Neighbor it came from; null for one of the node's own. */
  readonly peer: Address | null;
  readonly nextHop: Address | null;
  readonly asPath: readonly number[];
  /** BIRD knows a way to the next hop. */
  readonly valid: boolean;
  readonly best: boolean;
}

/** BIRD's own client, where Calico's container has it: nothing of the host's is needed. */
const ASK = 'nsenter -m -t "$(pgrep -o -x bird)" birdcl -s /var/run/calico/bird.ctl show route all';

/** `10.0.1.0/26   via 10.0.0.1 on eth1 [Node_10_0_0_1 11:26:46 from 10.0.0.1] * (100/0) [AS65001i]`: prefix (left out where it is the line before's), target, protocol, best. */
const LINE = /^(\d+\.\d+\.\d+\.\d+\/\d+)?\s+(via|dev|unreachable|blackhole|multipath|prohibit)\b.*?\[(\S+) .*?\]( \*)?/;
/** Calico names its sessions by the neighbor's address. */
const SESSION = /^(?:Node|Mesh|Global)_(\d+)_(\d+)_(\d+)_(\d+)/;

/** Paths of BGP, and own prefixes (Calico writes them as static routes), of BIRD 1.6's `show route all`. */
export function parseBirdTable(text: string): BirdPath[] {
  const found: { -readonly [K in keyof BirdPath]: BirdPath[K] }[] = [];
  let prefix = "";
  let current: (typeof found)[number] | null = null;
  for (const line of text.split("\n")) {
    const route = LINE.exec(line);
    if (route !== null) {
      prefix = route[1] ?? prefix;
      const session = SESSION.exec(route[3] ?? "");
      const own = (route[3] ?? "").startsWith("static");
      current =
        session === null && !own
          ? null
          : {
              prefix,
              peer: session === null ? null : session.slice(1, 5).join("."),
              nextHop: null,
              asPath: [],
              valid: session === null || route[2] !== "unreachable",
              best: route[4] !== undefined,
            };
      if (current !== null) found.push(current);
    }
    const attribute = /^\s+BGP\.(next_hop|as_path): ?(.*)$/.exec(line);
    if (attribute === null || current === null) continue;
    const value = (attribute[2] ?? "").trim();
    if (attribute[1] === "next_hop") current.nextHop = value;
    else
      current.asPath = value
        .split(" ")
        .filter((each) => each !== "")
        .map(Number);
  }
  return found;
}

/** The BGP table of a node. */
export function birdTableOf(lab: LabAccess, node: string): Promise<BirdPath[]> {
  return lab.once(`bird ${node}`, async () => parseBirdTable(await said(lab, node, "BIRD", ASK)));
}
