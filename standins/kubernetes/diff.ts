import { changes, under } from "../../provider/protocol/diff";
import type { DiffResult } from "../../provider/protocol/serve";
import { plainProperties, type Properties } from "../../provider/protocol/values";
import { isAutonamed, withoutNulls } from "./check";

/** Which object it is: another one is another resource. */
const IDENTITY = ["apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.generateName"];

/**
 * Properties by whose change the official plugin makes an object anew. Source: its table of them (forceNewProperties), and DaemonSet's selector and the
 * binding fields of volumes, which the API server refuses to change.
 */
const REPLACES: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ["data", "binaryData", "immutable"],
  Secret: ["data", "stringData", "type", "immutable"],
  Deployment: ["spec.selector"],
  DaemonSet: ["spec.selector"],
  ReplicaSet: ["spec.selector"],
  StatefulSet: [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  Job: ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  Pod: ["spec"],
  PersistentVolumeClaim: ["spec"],
  PersistentVolume: [
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
  ].map((source) => `spec.${source}`),
  ResourceQuota: ["spec.scopes"],
  Service: ["spec.clusterIP"],
  ClusterRoleBinding: ["roleRef"],
  RoleBinding: ["roleRef"],
  StorageClass: ["parameters", "provisioner"],
};

/** Exceptions below those: what the API server changes in place. */
const IN_PLACE: Readonly<Record<string, readonly string[]>> = {
  Pod: ["spec.tolerations", "spec.activeDeadlineSeconds"],
};

export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

function replacing(kind: string, old: Properties, mutable: Mutability): readonly string[] {
  const inPlace = (kind === "ConfigMap" && mutable.configMaps) || (kind === "Secret" && mutable.secrets);
  // An object marked immutable can only be made anew, whatever the provider is told.
  return [...IDENTITY, ...(inPlace && old.immutable !== true ? [] : (REPLACES[kind] ?? []))];
}

const metadataOf = (o: Properties): { name?: string; namespace?: string } =>
  (o.metadata ?? {}) as { name?: string; namespace?: string };
/** No namespace and the one called "default" are the same place. */
const place = (o: Properties): string => metadataOf(o).namespace ?? "default";

/** Leaf by leaf on the inputs. A replacement that keeps its name and place deletes the old object first. */
export function diff(
  before: Properties,
  after: Properties,
  ignore: readonly string[],
  mutable: Mutability,
): DiffResult {
  const old = withoutNulls(plainProperties(before)) as Properties;
  const now = plainProperties(after);
  const found = changes(old, now);
  for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
  if (place(old) === place(now)) found.delete("metadata.namespace");
  const kind = String(old.kind);
  const fixed = replacing(kind, old, mutable);
  const free = IN_PLACE[kind] ?? [];
  const replace = [...found.keys()].filter(
    (path) => fixed.some((f) => under(path, f)) && !free.some((f) => under(path, f)),
  );
  return {
    changes: found,
    replace,
    deleteBeforeReplace:
      replace.length > 0 &&
      !isAutonamed(now) &&
      metadataOf(old).name === metadataOf(now).name &&
      place(old) === place(now),
  };
}
