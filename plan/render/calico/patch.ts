import { homeOf, nodesOf } from "../../lookup";
import type { LabPlan } from "../../types";
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

/** What differs in the manifests of the two modes. */
const BACKEND = { vxlan: "vxlan", bgp: "bird" } as const;

/** The variables that the manifest must already have: if upstream drops one, our value would go unread. */
const EXPECTED_ENV = ["CALICO_NETWORKING_BACKEND", "FELIX_VXLANMTU", "IP", "NODENAME"];

/**
 * The objects of upstream's `calico-vxlan.yaml` (in bgp mode `calico.yaml`) with the plan's values: all edits the lab makes to them.
 *
 * - pool: none of calico-node's own, it is a resource (`ipPool`)
 * - Felix's routes overwrite others' of the same prefix in vxlan mode
 * - node address: the uplink's, not the management interface's, which comes first
 * - MTU of pods and tunnel (VNI and UDP port of VXLAN are a resource: `felixConfiguration`)
 *
 * @param objects the manifest's documents, in order
 * @throws CalicoManifestError if a place to edit is not found
 */
export function patchCalico(objects: readonly KubernetesObject[], plan: LabPlan): KubernetesObject[] {
  const withConfig = patchObject(objects, "ConfigMap", "calico-config", isConfigMap, (config) => {
    for (const key of ["calico_backend", "veth_mtu"])
      if (config.data[key] === undefined) throw new CalicoManifestError(`no ${key} in ConfigMap calico-config`);
    return {
      ...config,
      data: { ...config.data, calico_backend: BACKEND[plan.calico.mode], veth_mtu: String(plan.calico.podMtu) },
    };
  });
  return patchObject(withConfig, "DaemonSet", "calico-node", isPodController, (daemon) =>
    patchContainer(daemon, "calico-node", (container) => {
      checkNode(container, plan);
      return setEnv(container, nodeEnv(plan));
    }),
  );
}

function nodeEnv(plan: LabPlan): Record<string, string> {
  const uplinks = [...new Set(nodesOf(plan).map((node) => homeOf(node).interface))].sort();
  return {
    IP: "autodetect",
    IP_AUTODETECTION_METHOD: `interface=${uplinks.join(",")}`,
    NO_DEFAULT_POOLS: "true",
    // Where a lab has left mode bgp, BIRD's routes are still there: Felix's take their place at once.
    ...(plan.calico.mode === "vxlan" ? { FELIX_FEATUREGATES: "DeleteConflictingRoutes=Enabled" } : {}),
  };
}

/** Refuses a manifest of another version or mode: one whose image, variables or probes differ from what the edits were made for. */
function checkNode(container: Container, plan: LabPlan): void {
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
    if (asksBird && plan.calico.mode === "vxlan")
      throw new CalicoManifestError(`${probe} of calico-node asks BIRD, which vxlan mode doesn't run`);
    if (!asksBird && plan.calico.mode === "bgp")
      throw new CalicoManifestError(`${probe} of calico-node doesn't ask BIRD, which bgp mode runs`);
  }
}
