import { defined } from "../defined";
import type { Network } from "./bgp/model";
import { flowsOf, pathsOn } from "./flows";
import type { Group } from "./groups";

/** Sessions whose receiver has a limit of prefixes (`maximum-prefix`) that what it gets goes beyond, and why they end, by session name. */
export interface LimitsPassed {
  /** In every outcome. */
  readonly surely: ReadonlyMap<string, string>;
  /** In some outcomes: what timing decides makes the difference. */
  readonly perhaps: ReadonlyMap<string, string>;
}

export function limitsPassed(network: Network, groups: readonly Group[]): LimitsPassed {
  const surely = new Map<string, string>();
  const perhaps = new Map<string, string>();
  const limited = {
    ...network,
    edges: network.edges.map((list) => list.filter((edge) => edge.settings.maximumPrefix !== null)),
  };
  for (const [edge, flow] of flowsOf(limited, groups)) {
    const limit = defined(edge.settings.maximumPrefix, "limit of a session that was picked for its limit");
    const taken = limit + edge.at.software.prefixesBeyondLimit;
    let least = 0;
    let most = 0;
    groups.forEach((group, i) => {
      const { always, sometimes } = pathsOn(network, group, edge, flow.at(i));
      least += always * group.prefixes.length;
      most += (always + sometimes) * group.prefixes.length;
    });
    if (most <= taken) continue;
    const sure = least > taken;
    const count = sure ? `${most}` : `${least} to ${most}`;
    (sure ? surely : perhaps).set(
      edge.session,
      `${edge.from.name} sends ${count} prefixes, ${edge.at.name} takes ${taken} (maximum-prefix ${limit}, which FRR looks at one late)`,
    );
  }
  return { surely, perhaps };
}
