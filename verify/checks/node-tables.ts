import { nodesOf } from "../../plan/lookup";
import type { RibEntry, RibPath } from "../../plan/prediction";
import { predictionOf } from "../facts/bgp";
import { birdTableOf, type BirdPath } from "../facts/bird";
import { eachOf, equal, list } from "../rows";
import { settledIn } from "../settled";
import { bird } from "../patience";
import { ofCluster } from "../cluster";
import type { Row } from "../types";

/** Calico's BIRD has, of every neighbor, exactly the predicted paths of every prefix, further ones beside the best included (RFC 7911). */
export const nodeTables = ofCluster({
  id: "node-tables",
  title: "Calico's BGP tables",
  needs: "nodes that speak BGP",
  patience: bird,
  run: async (lab) => {
    const prediction = await predictionOf(lab);
    const settled = settledIn(prediction);
    return eachOf(
      nodesOf(lab.plan).filter((each) => each.bgp !== null),
      ({ name }) => name,
      async ({ name }) => [
        tableRow(
          name,
          prediction.rib(name).filter(({ prefix }) => settled(prefix)),
          (await birdTableOf(lab, name)).filter(({ prefix }) => settled(prefix)),
        ),
      ],
    );
  },
});

/** Compares a node's table. A path whose presence depends on timing may be there or not, and the best path must be one of those that may be best. */
export function tableRow(node: string, predicted: readonly RibEntry[], seen: readonly BirdPath[]): Row {
  const paths = predicted.flatMap((entry) => entry.paths.map((path) => ({ prefix: entry.prefix, path })));
  const may = tally(paths.map(({ prefix, path }) => keyOf(prefix, path)));
  const must = tally(
    paths.filter(({ path }) => path.present === "always").map(({ prefix, path }) => keyOf(prefix, path)),
  );
  const are = tally(seen.map((path) => keyOf(path.prefix, path)));
  const missing = [...must].filter(([key, count]) => (are.get(key) ?? 0) < count).map(([key]) => key);
  const unexpected = [...are].filter(([key, count]) => (may.get(key) ?? 0) < count).map(([key]) => key);
  const best = new Set(
    paths.filter(({ path }) => path.best !== "never").map(({ prefix, path }) => keyOf(prefix, path)),
  );
  const worse = seen
    .filter((path) => path.best && path.valid && !best.has(keyOf(path.prefix, path)))
    .map((path) => keyOf(path.prefix, path));
  const differs = [
    ["missing", missing],
    ["unexpected", unexpected],
    ["best instead of another", worse],
  ].flatMap(([what, which]) => ((which ?? []).length > 0 ? [`${String(what)} ${list(which as string[])}`] : []));
  return equal(`${node} BGP table`, "as predicted", differs.length === 0 ? "as predicted" : differs.join("; "));
}

function tally(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function keyOf(prefix: string, path: Pick<RibPath | BirdPath, "peer" | "nextHop" | "asPath" | "valid">): string {
  return path.peer === null
    ? `${prefix} own`
    : `${prefix} from ${path.peer} [${path.asPath.join(" ")}] via ${path.nextHop ?? "?"}${path.valid ? "" : " out of reach"}`;
}
