import { addressText, sortAddresses, sortPrefixes } from "../../lab-spec/ip";
import type { LabPlan } from "../types";
import { together } from "./bgp/choice";
import { keyOf, type BgpPath } from "./bgp/path";
import { arrivals } from "./bgp/arrivals";
import type { Network } from "./bgp/model";
import { settledAt } from "./bgp/search";
import type { Group } from "./groups";
import { predictLab } from "./lab";
import { certainPass } from "./passes";
import type { PathOption, Prediction, PrefixPrediction, RouterPrediction } from "./types";

/**
 * Every stable outcome of the lab's routing, in factored form: prefixes settle independently of each other, and each router's choice among
 * equal paths is its own, except for the prefixes `predictLab` calls inexact.
 */
export function predict(plan: LabPlan): Prediction {
  const { network, groups } = certainPass(plan);
  const byPrefix = new Map(
    groups.flatMap((group) => {
      const shared = routersOf(network, group);
      return group.prefixes.map((prefix) => [prefix, shared] as const);
    }),
  );
  const { received, tables } = predictLab(plan);
  return {
    prefixes: sortPrefixes([...byPrefix.keys()]).flatMap((prefix) => {
      const found = byPrefix.get(prefix);
      return found === undefined ? [] : [{ prefix, ...found }];
    }),
    received,
    tables,
  };
}

function routersOf(network: Network, group: Group): Omit<PrefixPrediction, "prefix"> {
  const origins = [...group.origins.own.keys()].map((id) => network.speakers[id]?.name ?? "").sort();
  return {
    origins,
    routers: network.speakers.flatMap((at): RouterPrediction[] => {
      const { best } = settledAt(network, group.origins, group.state, at);
      if (best.length === 0) return [];
      const own = group.origins.own.has(at.id);
      const used = own
        ? []
        : arrivals(network, group.origins, group.state, at).flatMap(({ paths }) =>
            paths.filter(
              (path) => !path.echo && best.some((each) => keyOf(each) === keyOf(path) || together(path, each, at)),
            ),
          );
      return [
        {
          router: at.name,
          best: best.map(optionOf),
          nextHops: sortAddresses([...new Set(used.map((path) => addressText(path.nextHop)))]),
        },
      ];
    }),
  };
}

export function optionOf(path: BgpPath): PathOption {
  return path.edge === null
    ? { via: null, nextHop: null, asPath: [] }
    : { via: path.edge.from.name, nextHop: addressText(path.nextHop), asPath: path.asPath };
}
