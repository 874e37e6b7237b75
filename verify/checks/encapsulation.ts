import type { Encapsulation, PodPath } from "../../plan";
import type { LabPlan } from "../../plan/types";
import { knownAddress, knownRange, holds } from "../../lab-spec/ip";
import type { CapturedEcho, Outer } from "../facts/tcpdump";
import { traffic, type NodeTraffic, type PodPing } from "../facts/traffic";
import { equal, failure, list } from "../rows";
import type { Check, Row } from "../types";
import { pairText, pathBetween, podPathsOf } from "./pod-paths";

/**
 * A capture on each node's uplink while its pods ping all others: every echo between nodes goes and comes back as predicted, in VXLAN between the
 * nodes' addresses or as it is, and none goes the other way.
 */
export const encapsulation: Check = {
  id: "encapsulation",
  title: "Encapsulation on the uplinks (captured)",
  run: async (lab) => {
    const [seen, paths] = await Promise.all([traffic(lab), podPathsOf(lab)]);
    if (seen.length === 0) return [equal("pods with an address", "some", "none")];
    return seen.flatMap((each) =>
      "error" in each ? [failure(each.node, each.error)] : [...nodeRows(paths, each), otherRow(lab.plan, each)],
    );
  },
};

const text = (outer: Outer | null): string =>
  outer === null ? "no encapsulation" : `UDP ${outer.port} VNI ${outer.vni} ${outer.source} > ${outer.destination}`;
const outerOf = (predicted: Encapsulation | null): Outer | null =>
  predicted === null
    ? null
    : { source: predicted.source, destination: predicted.destination, port: predicted.port, vni: predicted.vni };

export function nodeRows(paths: readonly PodPath[], { probes, captured }: NodeTraffic): Row[] {
  return probes
    .filter(({ kind, from, to }) => kind === "normal" && from.node !== to.node)
    .flatMap((probe) => [
      equal(
        `${pairText(probe.from, probe.to)}, request`,
        text(outerOf(pathBetween(paths, probe.from, probe.to).encapsulation)),
        outersOf(probe, "request", captured),
      ),
      equal(
        `${pairText(probe.from, probe.to)}, reply`,
        text(outerOf(pathBetween(paths, probe.to, probe.from).encapsulation)),
        outersOf(probe, "reply", captured),
      ),
    ]);
}

/** How the echoes of one kind of one probe were seen: all kinds of outer header, normally one. */
function outersOf({ from, to }: PodPing, type: CapturedEcho["type"], captured: readonly CapturedEcho[]): string {
  const [source, destination] = type === "request" ? [from.address, to.address] : [to.address, from.address];
  const packets = captured.filter(
    (packet) => packet.type === type && packet.source === source && packet.destination === destination,
  );
  return packets.length === 0 ? "not seen" : list([...new Set(packets.map((packet) => text(packet.outer)))]);
}

/** No packet of a pod travels in the other mode's way. */
export function otherRow(plan: LabPlan, { node, captured }: NodeTraffic): Row {
  const pods = knownRange(plan.calico.pool);
  const encapsulated = plan.calico.mode === "vxlan";
  const other = captured.filter(
    (packet) =>
      (packet.outer === null) === encapsulated &&
      (holds(pods, knownAddress(packet.source)) || holds(pods, knownAddress(packet.destination))),
  );
  return equal(
    `${node} ${encapsulated ? "plain" : "encapsulated"} pod ICMP on the wire`,
    "none",
    other.length === 0 ? "none" : `${other.length} packets, first ${other[0]?.source} > ${other[0]?.destination}`,
  );
}
