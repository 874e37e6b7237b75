import { compareAddresses, comparePrefixes } from "../../spec/ip";
import type { LabPlan, Prefix } from "../types";
import { originsOf, routersOf, type Router, type Routers } from "./graph";
import { accepts, propagate } from "./propagate";
import { ribEntries } from "./rib-entries";
import type { PathOption, Prediction, PrefixPrediction, ReceivedPrediction, RouterPrediction } from "./types";

/** Options by router, of every prefix. */
type Options = ReadonlyMap<Prefix, ReadonlyMap<string, readonly PathOption[]>>;

/**
 * Every stable outcome of the fabric's routing, in factored form: prefixes settle independently of each other, and each router's choice
 * among equal paths is its own.
 */
export function predict(plan: LabPlan): Prediction {
  const routers = routersOf(plan);
  const origins = originsOf(routers);
  const options: Options = new Map([...origins].map(([prefix, names]) => [prefix, propagate(routers, names)]));
  return {
    prefixes: [...origins].map(([prefix, names]): PrefixPrediction => ({ prefix, origins: [...names].sort(), routers: routerPredictions(routers, options.get(prefix)) })),
    received: [...routers.values()].flatMap((router) => receivedBy(router, routers, options)),
    tables: [...routers.keys()].map((router) => {
      const prefixes = [...options].filter(([, byRouter]) => byRouter.has(router)).map(([prefix]) => prefix);
      return { router, prefixes, ribEntries: ribEntries(prefixes) };
    }),
  };
}

function routerPredictions(routers: Routers, options: ReadonlyMap<string, readonly PathOption[]> | undefined): RouterPrediction[] {
  return [...routers.keys()].flatMap((router) => {
    const best = options?.get(router);
    if (best === undefined) return [];
    const nextHops = [...new Set(best.flatMap((option) => option.nextHop ?? []))].sort(compareAddresses);
    return [{ router, best, nextHops }];
  });
}

function receivedBy(router: Router, routers: Routers, options: Options): ReceivedPrediction[] {
  return router.adjacencies.flatMap(({ session, neighbor, address }) => {
    const sender = routers.get(neighbor);
    return sender === undefined ? [] : [{ session, from: neighbor, to: router.name, neighbor: address, ...sentPrefixes(sender, router, options) }];
  });
}

function sentPrefixes(sender: Router, receiver: Router, options: Options): Pick<ReceivedPrediction, "always" | "sometimes" | "counts"> {
  const always: Prefix[] = [];
  const sometimes: Prefix[] = [];
  for (const [prefix, byRouter] of options) {
    const paths = byRouter.get(sender.name) ?? [];
    const arriving = paths.filter((option) => accepts(receiver, sender, option.asPath)).length;
    if (arriving === 0) continue;
    (arriving === paths.length ? always : sometimes).push(prefix);
  }
  const counts = Array.from({ length: sometimes.length + 1 }, (_, extra) => always.length + extra);
  return { always: always.sort(comparePrefixes), sometimes: sometimes.sort(comparePrefixes), counts };
}
