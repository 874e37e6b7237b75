import { fabricKnowsPods } from "../calico";
import { announcesServices } from "../cluster";
import { balancersOf } from "../lookup";
import type { PathEnd } from "../paths";
import type { LabPlan } from "../types";

/** Kinds of endpoints whose pairs are judged. Loopbacks of switches are there for the switches alone. */
const JUDGED: readonly PathEnd["kind"][] = ["pod", "node", "host", "netscaler", "service", "vip"];

export const isJudged = ({ kind }: PathEnd): boolean => JUDGED.includes(kind);

/**
 * Whether packets from one endpoint are meant to arrive at the other. Pods and services are known inside of the cluster; outside of it, where the fabric is told of
 * them.
 */
export function isMeant(plan: LabPlan, from: PathEnd, to: PathEnd): boolean {
  if (from.name === to.name) return false;
  const inside = from.kind === "pod" || from.kind === "node";
  switch (to.kind) {
    case "pod":
      return inside || fabricKnowsPods(plan.calico) || (from.kind === "netscaler" && peersWithNodes(plan));
    case "service":
      return inside || announcesServices(plan);
    case "node":
    case "host":
    case "netscaler":
    case "vip":
      return true;
    case "switch":
    case "nodeport":
    case "address":
      return false;
  }
}

const peersWithNodes = (plan: LabPlan): boolean =>
  balancersOf(plan).some(({ neighbors }) => neighbors.some(({ kind }) => kind === "node"));
