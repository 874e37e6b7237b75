import { podPaths, type PodPath } from "../../plan";
import { liveOptions } from "../facts/bgp";
import type { PodFact } from "../facts/kubernetes";
import { pingText } from "../facts/ping";
import { traffic, type PodPing } from "../facts/traffic";
import { equal, failure } from "../rows";
import { felix } from "../patience";
import { ofCluster, type ClusterLabAccess } from "../cluster";
import type { Row } from "../types";

/** Predicted paths between the pods of any two nodes. */
export async function podPathsOf(lab: ClusterLabAccess): Promise<readonly PodPath[]> {
  return lab.once("pod paths", async () => podPaths(lab.plan, await liveOptions(lab)));
}

export const pathBetween = (paths: readonly PodPath[], from: PodFact, to: PodFact): PodPath => {
  const path = paths.find((each) => each.from === from.node && each.to === to.node);
  if (path === undefined) throw new Error(`nothing is predicted between pods of ${from.node} and ${to.node}`);
  return path;
};

export const pairText = (from: PodFact, to: PodFact): string =>
  `${from.node} ${from.address} > ${to.node} ${to.address}`;

/** Rows of all probes of a kind; the nodes that could not send are failed rows. */
export async function probeRows(
  lab: ClusterLabAccess,
  kind: PodPing["kind"],
  row: (probe: PodPing) => Row,
): Promise<Row[]> {
  const seen = await traffic(lab);
  if (seen.length === 0) return [equal("pods with an address", "some", "none")];
  return seen.flatMap((each) =>
    "error" in each ? [failure(each.node, each.error)] : each.probes.filter((probe) => probe.kind === kind).map(row),
  );
}

/** Every pod reaches every other, and its packets arrive with the predicted TTL. */
export const podPathsCheck = ofCluster({
  id: "pod-paths",
  title: "Pod-to-pod paths (every ordered pair)",
  patience: felix,
  needs: "pods on two nodes",
  run: async (lab) => {
    const paths = await podPathsOf(lab);
    return probeRows(lab, "normal", (probe) => pathRow(paths, probe));
  },
});

export function pathRow(paths: readonly PodPath[], { from, to, result }: PodPing): Row {
  const expected = `2 of 2, ttl=${pathBetween(paths, from, to).ttl}`;
  return equal(
    pairText(from, to),
    expected,
    result === null ? "the pod's network namespace was not found" : pingText(result),
  );
}
