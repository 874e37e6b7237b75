import type * as pulumi from "@pulumi/pulumi";
import * as kinds from "./kubernetes-kinds";
import type { KubernetesObject } from "../plan/render";

type ObjectClass = new (
  name: string,
  args: KubernetesObject,
  opts: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** Typed classes by API version and kind. */
const CLASSES: Readonly<Record<string, unknown>> = {
  "v1 ConfigMap": kinds.ConfigMap,
  "v1 Namespace": kinds.Namespace,
  "v1 Secret": kinds.Secret,
  "v1 Service": kinds.Service,
  "v1 ServiceAccount": kinds.ServiceAccount,
  "apps/v1 DaemonSet": kinds.DaemonSet,
  "apps/v1 Deployment": kinds.Deployment,
  "policy/v1 PodDisruptionBudget": kinds.PodDisruptionBudget,
  "rbac.authorization.k8s.io/v1 ClusterRole": kinds.ClusterRole,
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": kinds.ClusterRoleBinding,
  "rbac.authorization.k8s.io/v1 Role": kinds.Role,
  "rbac.authorization.k8s.io/v1 RoleBinding": kinds.RoleBinding,
  "apiextensions.k8s.io/v1 CustomResourceDefinition": kinds.CustomResourceDefinition,
};

/**
 * Annotations of a lab's objects. They name one field manager for server-side apply; the provider would otherwise take another name at each attempt. That matters
 * for an object whose making was killed: it is in the cluster and not in the state, and made again under another manager's name it would conflict with itself.
 * The cluster is the lab's own, so that fields which others have set may be taken over (`patchForce`).
 *
 * Objects of Calico's own kinds go without these annotations, because Calico's components write such objects anew and drop them. The variable
 * PULUMI_K8S_ENABLE_PATCH_FORCE, which set-up's environment has, does the same for them.
 */
export const OURS = { "pulumi.com/patchFieldManager": "fabriclab", "pulumi.com/patchForce": "true" } as const;

/**
 * Registers one object of a manifest under the typed class of its kind ("apps/v1 DaemonSet" is `k8s.apps.v1.DaemonSet`; Calico's own kinds have none).
 *
 * @throws Error that names the object when its kind has no class here.
 */
export function register(object: KubernetesObject, opts: pulumi.CustomResourceOptions): pulumi.CustomResource {
  const own = object.apiVersion.split("/")[0]?.endsWith("projectcalico.org") === true;
  const Class = (own ? kinds.CustomResource : CLASSES[`${object.apiVersion} ${object.kind}`]) as
    ObjectClass | undefined;
  const name = `${object.kind}-${object.metadata.name}`.toLowerCase();
  if (Class === undefined)
    throw new Error(
      `${name}: components/kubernetes.ts has no class for ${object.apiVersion} ${object.kind}: add it from @pulumi/kubernetes`,
    );
  return new Class(
    name,
    own
      ? object
      : { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...OURS } } },
    opts,
  );
}
