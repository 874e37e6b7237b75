import { sortAddresses } from "../../spec/ip";
import type { LabPlan, Prefix } from "../types";
import { originsOf, routersOf, type Router, type Routers } from "./graph";
import { accepts, propagate } from "./propagate";
import { ribEntries } from "./rib-entries";
import type { PathOption, Prediction, PrefixPrediction, ReceivedPrediction, RouterPrediction, TablePrediction } from "./types";

/** Options by router, of every prefix, prefixes in numeric order. */
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
    tables: tables(routers, options),
  };
}

function routerPredictions(routers: Routers, options: ReadonlyMap<string, readonly PathOption[]> | undefined): RouterPrediction[] {
  return [...routers.keys()].flatMap((router) => {
    const best = options?.get(router);
    if (best === undefined) return [];
    const nextHops = sortAddresses([...new Set(best.flatMap((option) => option.nextHop ?? []))]);
    return [{ router, best, nextHops }];
  });
}

function tables(routers: Routers, options: Options): TablePrediction[] {
  // Most routers know all prefixes: count each set once.
  const counted = new Map<string, number>();
  return [...routers.keys()].map((router) => {
    const prefixes = [...options].filter(([, byRouter]) => byRouter.has(router)).map(([prefix]) => prefix);
    const key = prefixes.join();
    const entries = counted.get(key) ?? ribEntries(prefixes);
    counted.set(key, entries);
    return { router, prefixes, ribEntries: entries };
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
  return { always, sometimes, counts };
}
