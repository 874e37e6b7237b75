export { CalicoManifestError, type KubernetesObject } from "./calico/objects";
export { patchCalico } from "./calico/patch";
export {
  bgpConfiguration,
  bgpPeers,
  felixConfiguration,
  ipPool,
  passwordAccess,
  passwordSecret,
  RACK_LABEL,
  REFLECTOR_LABEL,
} from "./calico/resources";
export { API_PORT, kubeadmInit, kubeadmJoin, type JoinSecrets } from "./kubeadm";
export { RP_FILTER } from "./interfaces";
export { nodeFiles, serverFiles } from "./node";
export { CLUSTER_ID, neededSessions, speakerMarks } from "./speaker";
export { switchFiles } from "./switch";
export type { Files } from "./text";
export type { SwitchSecrets } from "./frr";
