import { shellProgram } from "../common/shell-program";
import { CLUSTER_ID, REFLECTOR_LABEL } from "../plan/render";

/**
 * The shell programs that run inside machines: `components/scripts/*.sh`, each of which says what it does. Every one is safe to run again: it ends in the same
 * state, and does nothing where that state is already there.
 */
const program = (name: string, args: readonly string[] = []): string =>
  shellProgram(`components/scripts/${name}.sh`, args);
/** A program that waits for something. */
const waiting = (name: string, args: readonly string[] = []): string =>
  shellProgram(`components/scripts/${name}.sh`, args, ["common/scripts/wait.sh"]);

/** Makes the cluster, or leaves the one that runs as it is; prints the administrator's kubeconfig. Takes kubeadm's configuration. */
export const makeCluster = program("kubeadm-init");
/** Does nothing: what a node's membership takes is done by `joinCluster`. */
export const beginMembership = "true";
/** Prints the command that joins the cluster. */
export const createJoinToken = program("create-join-token");
/** Joins the cluster whose API server is at the address. Takes kubeadm's configuration. */
export const joinCluster = (address: string, port: number): string => waiting("kubeadm-join", [address, String(port)]);
/** Takes a node that left the lab out of the cluster. */
export const deleteNode = (node: string): string => program("delete-node", [node]);

/** Waits for the sessions that are to replace others. Takes `neededSessions`. */
export const sessionsUp = waiting("sessions-up");
/** Ends the role of nodes that are route reflectors no more. Takes the names of those that stay. */
export const retireReflectors = program("retire-reflectors", [REFLECTOR_LABEL, CLUSTER_ID]);

/** Waits, where the IP pool is plain, until calico-node runs without BIRD everywhere. */
export const birdGone = (pool: string): string => waiting("bird-gone", [pool]);
/** Waits, where BIRD left routes, until VXLAN has one in place of each. */
export const vxlanCarries = waiting("vxlan-carries");
/** Waits, where the IP pool is encapsulated, until BIRD has its sessions up on every node. */
export const bgpSettled = (pool: string): string => waiting("bgp-settled", [pool]);
