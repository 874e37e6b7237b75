import microdiff from "microdiff";
import { parseAllDocuments } from "yaml";
import { hasCluster } from "../plan/cluster";
import { kubeadmInit } from "../plan/render";
import { machinesThere } from "../provider/cleanup";
import { Failure } from "../common/errors";
import { note } from "../common/output";
import { upCommandLine } from "./lab";
import { plannedOf } from "./planned";
import type { Pulumi } from "./pulumi";
import { PROJECT } from "../common/root";

/** Lets the kubernetes plugin take objects of a cluster that can't be reached from the state. */
export const OBJECTS_GONE: NodeJS.ProcessEnv = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };

/**
 * The name of the control plane whose machine is not there, neither running nor stopped; null where it is there. A stopped one comes back with its
 * cluster; one that was removed by hand took it along.
 *
 * @param configFile the stack's config
 */
export async function missingControlPlane(stack: string, configFile: string): Promise<string | null> {
  const controlPlane = plannedOf(configFile)?.cluster?.controlPlane ?? null;
  return controlPlane === null || (await isThere(stack, controlPlane)) ? null : controlPlane;
}

const isThere = async (stack: string, machine: string): Promise<boolean> =>
  (await machinesThere(`${PROJECT}/${stack}`)).some(({ name }) => name === machine);

/**
 * Refuses a change that would need another cluster than the stack's: what runs in one is in its etcd and can't be made again piece by piece. A cluster whose control
 * plane is gone is lost already: it is made anew, which is said.
 *
 * @returns what an update must know: objects of a lost cluster that are to be deleted can't be reached, and are gone. That holds too where an earlier update has made
 *   the new cluster, and was interrupted before it let go of the old one's objects.
 * @throws Failure where kubeadm would be given other settings than the cluster was made with
 */
export async function checkCluster(pulumi: Pulumi, configFile: string): Promise<NodeJS.ProcessEnv> {
  const plan = plannedOf(configFile);
  if (plan === null || !hasCluster(plan)) return {};
  const { controlPlane } = plan.cluster;
  const [resources, there] = await Promise.all([resourcesOf(pulumi), isThere(pulumi.stack, controlPlane)]);
  const init = resources.find(({ urn }) => urn.endsWith("command:remote:Command::kubeadm-init"));
  if (!there && init !== undefined) {
    note(
      `the machine of ${controlPlane}, the control plane, is gone, and the cluster with it: the lab's own cluster is made anew, and whatever else was in it is lost`,
    );
    return OBJECTS_GONE;
  }
  const given = init?.inputs?.stdin;
  const changes = typeof given === "string" ? clusterChanges(given, kubeadmInit(plan)) : [];
  if (changes.length > 0)
    throw new Failure(
      `these settings can't change in a cluster that runs (control plane ${controlPlane}):\n${changes.map((each) => `  ${each}`).join("\n")}`,
      `leave them as they are, or build the lab anew: fabriclab down --stack ${pulumi.stack}, then ${upCommandLine(pulumi.stack)}`,
    );
  const isLeft = resources.some(({ urn, delete: left }) => left === true && /[$:]kubernetes:/.test(urn));
  return isLeft || !there ? OBJECTS_GONE : {};
}

interface Resource {
  readonly urn: string;
  /** What was replaced, and is still to be deleted. */
  readonly delete?: boolean;
  readonly inputs?: { readonly stdin?: unknown };
}

async function resourcesOf(pulumi: Pulumi): Promise<readonly Resource[]> {
  const exported = await pulumi.capture(["stack", "export", "--stack", pulumi.stack]);
  const { deployment } = JSON.parse(exported.code === 0 ? exported.stdout : "{}") as {
    deployment?: { resources?: Resource[] };
  };
  return deployment?.resources ?? [];
}

/**
 * What differs between two files for `kubeadm init`, a line each: "ClusterConfiguration networking.podSubnet: 10.244.0.0/16 -> 10.245.0.0/16". What stands
 * before the documents in comments counts too.
 */
export function clusterChanges(before: string, after: string): string[] {
  if (before === after) return [];
  const [old, now] = [documentsOf(before), documentsOf(after)];
  return microdiff(old, now).map(({ path: [kind, ...path], ...change }) => {
    const [from, to] = [
      change.type === "CREATE" ? undefined : (change.oldValue as unknown),
      change.type === "REMOVE" ? undefined : (change.value as unknown),
    ];
    return `${[kind, ...(path.length > 0 ? [path.join(".")] : [])].join(" ")}: ${shown(from)} -> ${shown(to)}`;
  });
}

function documentsOf(text: string): Record<string, unknown> {
  const comments = Object.fromEntries(
    [...text.matchAll(/^# (.*): (.*)$/gm)].map(([, name = "", value]) => [name, value]),
  );
  return {
    ...comments,
    ...Object.fromEntries(
      parseAllDocuments(text)
        .map((each) => each.toJS() as { kind: string })
        .map(({ kind, ...rest }) => [kind, rest]),
    ),
  };
}

const shown = (value: unknown): string =>
  value === undefined ? "not set" : typeof value === "string" ? value : JSON.stringify(value);
