import { sortAddresses } from "../../lab-spec/ip";
import { predictionOf, summaryOf, type Summary } from "../facts/bgp";
import { neighborsOf, type ExpectedNeighbor } from "../expected";
import { eachOf, equal, list } from "../rows";
import { sessionPatience } from "../patience";
import type { Check, Row } from "../types";
import type { SwitchPlan } from "../../plan/types";

/** Every planned BGP session of a switch is Established with the planned AS, and no switch has another neighbor. */
export const sessions: Check = {
  id: "sessions",
  title: "BGP sessions",
  patience: sessionPatience,
  run: async (lab) => {
    const { sessions: predicted } = await predictionOf(lab);
    return eachOf(
      lab.plan.switches,
      (each) => each.name,
      async (each) => sessionRows(each, neighborsOf(each.name, predicted), await summaryOf(lab, each.name)),
    );
  },
};

export function sessionRows(of: SwitchPlan, neighbors: readonly ExpectedNeighbor[], summary: Summary): Row[] {
  const identity = equal(
    `${of.name} BGP speaker`,
    `AS ${of.as}, router ID ${of.routerId}`,
    `AS ${summary.as}, router ID ${summary.routerId}`,
  );
  const planned = neighbors.map((neighbor) => {
    const peer = summary.peers.find((each) => each.address === neighbor.address);
    // A session that comes and goes is Established or not: its AS number is all that can be compared.
    if (neighbor.established === null)
      return equal(
        `${of.name} to ${neighbor.name} ${neighbor.address}`,
        `Established or down, AS ${neighbor.as}`,
        peer === undefined ? "no such neighbor" : `Established or down, AS ${peer.remoteAs}`,
      );
    const seen =
      peer === undefined
        ? "no such neighbor"
        : `${neighbor.established || peer.state === "Established" ? peer.state : "down"}, AS ${peer.remoteAs}`;
    return equal(
      `${of.name} to ${neighbor.name} ${neighbor.address}`,
      `${neighbor.established ? "Established" : "down"}, AS ${neighbor.as}`,
      seen,
    );
  });
  const text = (addresses: readonly string[]): string => `${addresses.length}: ${list(sortIfAddresses(addresses))}`;
  return [
    identity,
    ...planned,
    equal(
      `${of.name} all neighbors`,
      text(neighbors.map((each) => each.address)),
      text(summary.peers.map((each) => each.address)),
    ),
  ];
}

/** Neighbors of unnumbered sessions go by interface name: those keep the order of their names. */
function sortIfAddresses(names: readonly string[]): string[] {
  return names.every((name) => /^\d+(\.\d+){3}$/.test(name)) ? sortAddresses(names) : [...names].sort();
}
