/** How long what runs in a lab may take, in seconds, before it changes by itself. */
import { nodesOf } from "../plan/lookup";
import type { LabPlan } from "../plan/types";
import type { Row } from "./types";

/** What waits for no timer. */
export const BRIEF_S = 10;
/** FRR calls a neighbor again after ten seconds (`frr defaults datacenter`, ConnectRetryTime of RFC 4271). */
const FRR_CALLS_S = 15;
/** BIRD 1.6 calls again after 120 s (`connect retry time`), and keeps the routes of a neighbor that restarts as long (`graceful restart time`). */
const BIRD_CALLS_S = 125;
/** Kubelet starts a container that failed again after a pause that doubles from 10 s (Kubernetes, "Pod Lifecycle"); the longest, of five minutes, is not awaited. */
const KUBELET_S = 125;

/** Felix sets its routes and rules right every 90 s (Calico 3.28, FelixConfiguration: `routeRefreshInterval`, `iptablesRefreshInterval`); kube-proxy does every 30 s. */
const FELIX_S = 95;

export const felix = (): number => FELIX_S;
export const kubelet = (): number => KUBELET_S;
export const bird = (): number => BIRD_CALLS_S;

/** Sessions between switches come back soon; a session that only a node calls for waits for the node. */
export const sessionPatience = (failed: readonly Row[], plan: LabPlan): number =>
  failed.some(({ subject }) => nodesOf(plan).some(({ name }) => subject.split(" ").includes(name)))
    ? BIRD_CALLS_S
    : FRR_CALLS_S;
