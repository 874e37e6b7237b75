import { sortAddresses } from "../../spec/ip";
import { summaryOf, type Summary } from "../facts/bgp";
import { eachOf, equal, list } from "../rows";
import type { Check, Row } from "../types";
import type { SwitchPlan } from "../../plan/types";

/** Every planned BGP session is Established with the planned AS, and no switch has another neighbor. */
export const sessions: Check = {
  id: "sessions", title: "BGP sessions",
  run: (lab) => eachOf(lab.plan.switches, (each) => each.name, async (each) => sessionRows(each, await summaryOf(lab, each.name))),
};

export function sessionRows(of: SwitchPlan, summary: Summary): Row[] {
  const identity = equal(`${of.name} BGP speaker`, `AS ${of.as}, router ID ${of.routerId}`, `AS ${summary.as}, router ID ${summary.routerId}`);
  const planned = of.neighbors.map((neighbor) => {
    const peer = summary.peers.find((each) => each.address === neighbor.address);
    return equal(`${of.name} to ${neighbor.machine} ${neighbor.address}`, `Established, AS ${neighbor.remoteAs}`, peer === undefined ? "no such neighbor" : `${peer.state}, AS ${peer.remoteAs}`);
  });
  const text = (addresses: readonly string[]): string => `${addresses.length}: ${list(sortIfAddresses(addresses))}`;
  return [identity, ...planned, equal(`${of.name} all neighbors`, text(of.neighbors.map((each) => each.address)), text(summary.peers.map((each) => each.address)))];
}

/** Neighbors of unnumbered sessions go by interface name: those keep the order of their names. */
function sortIfAddresses(names: readonly string[]): string[] {
  return names.every((name) => /^\d+(\.\d+){3}$/.test(name)) ? sortAddresses(names) : [...names].sort();
}
