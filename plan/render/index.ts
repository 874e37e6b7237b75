export { CalicoManifestError, type KubernetesObject } from "./calico/objects";
export { manifestName, patchCalico } from "./calico/patch";
export {
  bgpConfiguration,
  bgpPeers,
  felixConfiguration,
  ipPool,
  passwordAccess,
  passwordSecret,
  RACK_LABEL,
  REFLECTOR_LABEL,
  poolModes,
} from "./calico/resources";
export { API_PORT, kubeadmInit, kubeadmJoin, type JoinSecrets } from "./kubeadm";
export { RP_FILTER } from "./interfaces";
export { nodeFiles, serverFiles } from "./node";
export { calicoResources, decidingObjects } from "./deciding";
export { CLUSTER_ID, neededSessions, speakerMarks, type SpeakerMarks } from "./speaker";
export { switchFiles } from "./switch";
export { KUBEADM_DEPLOYMENTS, serverState, switchState, type SystemState } from "./system";
export { workloadLabels, workloadServices, type WorkloadService } from "./workload";
export type { Files } from "./text";
export type { SwitchSecrets } from "./frr";
