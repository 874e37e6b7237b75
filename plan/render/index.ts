export { CalicoManifestError, type KubernetesObject } from "./calico/objects";
export { patchCalico } from "./calico/patch";
export { bgpConfiguration, bgpPeers, ipPool, passwordAccess, passwordSecret, RACK_LABEL, REFLECTOR_LABEL } from "./calico/resources";
export { kubeadmInit, kubeadmJoin, type InitSecrets, type JoinSecrets } from "./kubeadm";
export { nodeFiles, serverFiles } from "./node";
export { speakerMarks } from "./speaker";
export { switchFiles } from "./switch";
export type { Files } from "./text";
export type { SwitchSecrets } from "./frr";
