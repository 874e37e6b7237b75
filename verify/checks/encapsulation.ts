import type { Encapsulation } from "../../plan";
import type { LabPlan } from "../../plan/types";
import { knownAddress, knownRange, holds } from "../../spec/ip";
import type { CapturedEcho, Outer } from "../facts/tcpdump";
import { traffic, type NodeTraffic, type Probe } from "../facts/traffic";
import { equal, failure, list } from "../rows";
import type { Check, Row } from "../types";
import { pairText, pathBetween } from "./pod-paths";

/**
 * A capture on each node's uplink while its pods ping all others: every echo between nodes goes and comes back in VXLAN as predicted, between the
 * nodes' addresses, and none goes without.
 */
export const encapsulation: Check = {
  id: "encapsulation", title: "Encapsulation on the uplinks (captured)",
  run: async (lab) => {
    const seen = await traffic(lab);
    if (seen.length === 0) return [equal("pods with an address", "some", "none")];
    return seen.flatMap((each) => "error" in each ? [failure(each.node, each.error)] : [...nodeRows(lab.plan, each), plainRow(lab.plan, each)]);
  },
};

const text = (outer: Outer | null): string => outer === null ? "no encapsulation" : `UDP ${outer.port} VNI ${outer.vni} ${outer.source} > ${outer.destination}`;
const outerOf = (predicted: Encapsulation): Outer => ({ source: predicted.source, destination: predicted.destination, port: predicted.port, vni: predicted.vni });

export function nodeRows(plan: LabPlan, { probes, captured }: NodeTraffic): Row[] {
  return probes.filter((probe) => probe.kind === "normal").flatMap((probe) => {
    const path = pathBetween(plan, probe.from, probe.to).encapsulation, back = pathBetween(plan, probe.to, probe.from).encapsulation;
    if (path === null || back === null) return [];
    return [
      equal(`${pairText(probe.from, probe.to)}, request`, text(outerOf(path)), outersOf(probe, "request", captured)),
      equal(`${pairText(probe.from, probe.to)}, reply`, text(outerOf(back)), outersOf(probe, "reply", captured)),
    ];
  });
}

/** How the echoes of one kind of one probe were seen: all kinds of outer header, normally one. */
function outersOf({ from, to }: Probe, type: CapturedEcho["type"], captured: readonly CapturedEcho[]): string {
  const [source, destination] = type === "request" ? [from.address, to.address] : [to.address, from.address];
  const packets = captured.filter((packet) => packet.type === type && packet.source === source && packet.destination === destination);
  return packets.length === 0 ? "not seen" : list([...new Set(packets.map((packet) => text(packet.outer)))]);
}

export function plainRow(plan: LabPlan, { node, captured }: NodeTraffic): Row {
  const pods = knownRange(plan.cluster.podCidr);
  const plain = captured.filter((packet) => packet.outer === null && (holds(pods, knownAddress(packet.source)) || holds(pods, knownAddress(packet.destination))));
  return equal(`${node} plain pod ICMP on the wire`, "none", plain.length === 0 ? "none" : `${plain.length} packets, first ${plain[0]?.source} > ${plain[0]?.destination}`);
}
