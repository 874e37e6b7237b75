import { nodesSpeakBgp } from "../../calico";
import { mayHaveOwnKernel } from "../../kernel";
import { homeOf, nodesOf } from "../../lookup";
import type { ClusterLabPlan } from "../../cluster";
import {
  CalicoManifestError,
  isConfigMap,
  isPodController,
  patchContainer,
  patchObject,
  setEnv,
  type Container,
  type KubernetesObject,
} from "./objects";

/** The variables that the manifest must already have: if upstream drops one, our value would go unread. */
const EXPECTED_ENV = ["CALICO_NETWORKING_BACKEND", "FELIX_VXLANMTU", "IP", "NODENAME"];

/** Upstream's manifest with which Calico starts: without BIRD, or with it. */
export function manifestName({ calico }: ClusterLabPlan): "calico.json" | "calico-vxlan.json" {
  return nodesSpeakBgp(calico) ? "calico.json" : "calico-vxlan.json";
}

/**
 * The objects of upstream's manifest (`manifestName`) with the plan's values: all edits the lab makes to them.
 *
 * - pool: none of calico-node's own, it is a resource (`ipPool`)
 * - Felix's routes overwrite others' of the same prefix where BIRD has gone
 * - node address: the uplink's, not the management interface's, which comes first
 * - probes: longer where a node may have a kernel of its own
 * - MTU of pods and tunnel (VNI and UDP port of VXLAN are a resource: `felixConfiguration`)
 *
 * @param objects the manifest's documents, in order
 * @throws CalicoManifestError if a place to edit is not found
 */
export function patchCalico(objects: readonly KubernetesObject[], plan: ClusterLabPlan): KubernetesObject[] {
  const backend = nodesSpeakBgp(plan.calico) ? "bird" : "vxlan";
  const withConfig = patchObject(objects, "ConfigMap", "calico-config", isConfigMap, (config) => {
    for (const key of ["calico_backend", "veth_mtu"])
      if (config.data[key] === undefined) throw new CalicoManifestError(`no ${key} in ConfigMap calico-config`);
    return {
      ...config,
      data: { ...config.data, calico_backend: backend, veth_mtu: String(plan.calico.podMtu) },
    };
  });
  const slow = mayHaveOwnKernel(plan);
  const withNode = patchObject(withConfig, "DaemonSet", "calico-node", isPodController, (daemon) =>
    patchContainer(daemon, "calico-node", (container) => {
      checkNode(container, plan);
      return setEnv(slow ? patient(container) : container, nodeEnv(plan));
    }),
  );
  if (!slow) return withNode;
  return patchObject(withNode, "Deployment", "calico-kube-controllers", isPodController, (deployment) =>
    patchContainer(deployment, "calico-kube-controllers", patient),
  );
}

/**
 * The container with probes that bear a machine whose kernel is its own: a probe that runs a program takes seconds there, and a CPU that another machine would
 * have for more.
 */
function patient(container: Container): Container {
  const slow = (probe: unknown, more: object): object => ({ ...(probe as object), timeoutSeconds: 30, ...more });
  return {
    ...container,
    livenessProbe: slow(container.livenessProbe, { initialDelaySeconds: 60, periodSeconds: 60 }),
    readinessProbe: slow(container.readinessProbe, { periodSeconds: 15 }),
  };
}

function nodeEnv(plan: ClusterLabPlan): Record<string, string> {
  const uplinks = [...new Set(nodesOf(plan).map((node) => homeOf(node).interface))].sort();
  return {
    IP: "autodetect",
    IP_AUTODETECTION_METHOD: `interface=${uplinks.join(",")}`,
    NO_DEFAULT_POOLS: "true",
    // Where nodes spoke BGP before, BIRD's routes are still there: Felix's take their place at once.
    ...(!nodesSpeakBgp(plan.calico) ? { FELIX_FEATUREGATES: "DeleteConflictingRoutes=Enabled" } : {}),
  };
}

/** Refuses a manifest of another version or mode: one whose image, variables or probes differ from what the edits were made for. */
function checkNode(container: Container, plan: ClusterLabPlan): void {
  if (!container.image.endsWith(`:${plan.calico.version}`))
    throw new CalicoManifestError(`image ${container.image} is not ${plan.calico.version}`);
  const names = new Set((container.env ?? []).map((variable) => variable.name));
  const missing = EXPECTED_ENV.filter((name) => !names.has(name));
  if (missing.length > 0) throw new CalicoManifestError(`no ${missing.join(", ")} in the env of container calico-node`);
  for (const probe of ["livenessProbe", "readinessProbe"]) {
    const text = JSON.stringify(container[probe] ?? null);
    if (!text.includes("-felix-")) throw new CalicoManifestError(`${probe} of calico-node doesn't ask Felix`);
    // Without BGP there is no BIRD, and a probe for it never passes; with BGP a node is ready once its sessions are up.
    const asksBird = text.includes("bird");
    if (asksBird && !nodesSpeakBgp(plan.calico))
      throw new CalicoManifestError(`${probe} of calico-node asks BIRD, which vxlan mode doesn't run`);
    if (!asksBird && nodesSpeakBgp(plan.calico))
      throw new CalicoManifestError(`${probe} of calico-node doesn't ask BIRD, which bgp mode runs`);
  }
}
