import { shellProgram } from "../common/shell-program";
import { CLUSTER_ID, REFLECTOR_LABEL } from "../plan/render";

/**
 * The shell programs that run inside machines: `components/scripts/*.sh`, each of which says what it does. Every one is safe to run again: it ends in the same
 * state, and does nothing where that state is already there.
 */
const program = (name: string, args: readonly string[] = [], shared: readonly string[] = []): string =>
  shellProgram(fileOf(name), args, shared.map(fileOf));
const fileOf = (name: string): string => `components/scripts/${name}.sh`;

/**
 * Files as one text, which the programs that configure machines take from standard input: for each file a line with the number of its lines and its path,
 * then the lines. The text is readable, so that its differences in a preview read as differences of the files.
 */
export function filesText(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => {
      const text = content.replace(/\n*$/, "\n");
      return `${text.split("\n").length - 1} ${path}\n${text}`;
    })
    .join("");
}

/** Makes a switch what its files say. Takes `filesText`. */
export const configureSwitch = program("configure-switch", ["replace"], ["wait", "files"]);
/** Only adds to the routing of a switch that has some. Takes `filesText`. */
export const extendSwitch = program("configure-switch", ["extend"], ["wait", "files"]);
/** Makes a server what its files say. Takes `filesText`. */
export const configureServer = program("configure-server", [], ["files"]);

/** Makes the cluster, or leaves the one that runs as it is; prints the administrator's kubeconfig. Takes kubeadm's configuration. */
export const makeCluster = program("kubeadm-init");
/** Prints the command that joins the cluster. */
export const createJoinToken = program("create-join-token");
/** Joins the cluster whose API server is at the address. Takes kubeadm's configuration. */
export const joinCluster = (address: string, port: number): string =>
  program("kubeadm-join", [address, String(port)], ["wait"]);
/** Takes a node that left the lab out of the cluster. */
export const deleteNode = (node: string): string => program("delete-node", [node]);

/** Makes a node a BGP speaker. Takes `speakerMarks`. */
export const configureSpeaker = (node: string): string => program("configure-speaker", [node], ["wait"]);
/** Removes the routes that BIRD left behind. */
export const forgetRoutes = program("forget-routes");
/** Waits for the sessions that are to replace others. Takes `neededSessions`. */
export const sessionsUp = program("sessions-up", [], ["wait"]);
/** Ends the role of nodes that are route reflectors no more. Takes the names of those that stay. */
export const retireReflectors = program("retire-reflectors", [REFLECTOR_LABEL, CLUSTER_ID]);

/** Waits, where the IP pool is plain, until calico-node runs without BIRD everywhere. */
export const birdGone = (pool: string): string => program("bird-gone", [pool], ["wait"]);
/** Waits, where BIRD left routes, until VXLAN has one in place of each. */
export const vxlanCarries = program("vxlan-carries", [], ["wait"]);
/** Waits, where the IP pool is encapsulated, until BIRD has its sessions up on every node. */
export const bgpSettled = (pool: string): string => program("bgp-settled", [pool], ["wait"]);
