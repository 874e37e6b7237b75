import { changes, under } from "../../../provider/protocol/diff";
import type { DiffResult } from "../../../provider/protocol/serve";
import { plainProperties, type Properties } from "../../../provider/protocol/values";
import { isAutonamed, withoutNulls } from "./check";

/** Which object it is: another one is another resource. */
const IDENTITY = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

/** Fields the API server refuses to change, and ConfigMap and Secret data, which the official plugin makes anew unless told otherwise. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ["data", "binaryData", "immutable"],
  Secret: ["data", "stringData", "type", "immutable"],
  Deployment: ["spec.selector"], DaemonSet: ["spec.selector"], ReplicaSet: ["spec.selector"],
  StatefulSet: ["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
  Job: ["spec.selector", "spec.template", "spec.completions"],
  Service: ["spec.clusterIP"],
  PersistentVolumeClaim: ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeMode", "spec.volumeName"],
  ClusterRoleBinding: ["roleRef"], RoleBinding: ["roleRef"],
  StorageClass: ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
};

export interface Mutability { readonly configMaps: boolean; readonly secrets: boolean }

/** Leaf by leaf on the inputs; a replacement of an object with a given name deletes it first. */
export function diff(before: Properties, after: Properties, ignore: readonly string[], mutable: Mutability): DiffResult {
  const old = withoutNulls(plainProperties(before)) as Properties, now = plainProperties(after);
  const found = changes(old, now);
  for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
  const kind = String(old.kind);
  const skip = (kind === "ConfigMap" && mutable.configMaps && old.immutable !== true) || (kind === "Secret" && mutable.secrets && old.immutable !== true);
  const fixed = [...IDENTITY, ...(skip ? [] : IMMUTABLE[kind] ?? [])];
  return { changes: found, replace: [...found.keys()].filter((path) => fixed.some((f) => under(path, f))), deleteBeforeReplace: !isAutonamed(now) };
}
