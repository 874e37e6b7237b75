import { nodesSpeakBgp } from "../../plan/calico";
import {
  observedTable,
  predictLab,
  type LabPrediction,
  type ObservedPath,
  type PredictOptions,
} from "../../plan/prediction";
import type { Address, Prefix } from "../../plan/types";
import { parsed, said } from "../access";
import { isClusterLab } from "../cluster";
import type { LabAccess } from "../types";
import { announcedServices, livePodBlocks } from "./kubernetes";

export interface LivePeer {
  readonly address: Address;
  readonly remoteAs: number;
  readonly state: string;
  readonly received: number;
}
export interface Summary {
  readonly as: number;
  readonly routerId: Address;
  readonly ribEntries: number;
  readonly peers: readonly LivePeer[];
}

/** The parts of FRR 8's `show bgp ipv4 unicast summary json` that are read here. */
interface FrrSummary {
  readonly as?: number;
  readonly routerId?: string;
  readonly ribCount?: number;
  readonly peers?: Readonly<
    Record<string, { readonly remoteAs?: number; readonly state?: string; readonly pfxRcd?: number }>
  >;
}

/** Newer FRR puts the address family's name around it; without BGP there is `{}` or a warning. */
export function parseSummary(printed: unknown): Summary {
  const outer = (printed ?? {}) as FrrSummary & { ipv4Unicast?: FrrSummary };
  const summary = outer.ipv4Unicast ?? outer;
  const peers = Object.entries(summary.peers ?? {}).map(([address, peer]) => ({
    address,
    remoteAs: peer.remoteAs ?? 0,
    state: peer.state ?? "unknown",
    received: peer.pfxRcd ?? 0,
  }));
  return { as: summary.as ?? 0, routerId: summary.routerId ?? "none", ribEntries: summary.ribCount ?? 0, peers };
}

async function asked<T>(lab: LabAccess, machine: string, question: string): Promise<T> {
  const command = `vtysh -c '${question}'`;
  return parsed<T>(machine, command, await said(lab, machine, "FRR", command));
}

export function summaryOf(lab: LabAccess, machine: string): Promise<Summary> {
  return lab.once(`bgp summary ${machine}`, async () =>
    parseSummary(await asked(lab, machine, "show bgp ipv4 unicast summary json")),
  );
}

/** A switch's BGP table: prefix to its valid paths. */
export function bgpTableOf(lab: LabAccess, machine: string): Promise<Record<Prefix, ObservedPath[]>> {
  return lab.once(`bgp table ${machine}`, async () =>
    observedTable(await asked(lab, machine, "show bgp ipv4 unicast json")),
  );
}

/** What a prediction of this lab needs to know of it: where nodes speak BGP, which pod blocks the cluster has handed out, and which nodes have a pod of the service that keeps to them. */
export function liveOptions(lab: LabAccess): Promise<PredictOptions> {
  return lab.once("options", async () =>
    isClusterLab(lab) && nodesSpeakBgp(lab.plan.calico)
      ? { blocks: await livePodBlocks(lab), announced: await announcedServices(lab) }
      : {},
  );
}

export function predictionOf(lab: LabAccess): Promise<LabPrediction> {
  return lab.once("prediction", async () => predictLab(lab.plan, await liveOptions(lab)));
}
