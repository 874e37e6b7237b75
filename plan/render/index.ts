export { CalicoManifestError, type KubernetesObject } from "./calico/objects";
export { patchCalico } from "./calico/patch";
export { kubeadmInit, kubeadmJoin, type InitSecrets, type JoinSecrets } from "./kubeadm";
export { nodeFiles } from "./node";
export { switchFiles } from "./switch";
export type { Files } from "./text";
export type { SwitchSecrets } from "./frr";
