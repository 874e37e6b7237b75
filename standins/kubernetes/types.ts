/** A Kubernetes object as plain JSON. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    generation?: number;
    uid?: string;
    [field: string]: unknown;
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** Core objects and other kinds that have no namespace, by kind; custom resources tell by their definition. */
export const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "Namespace",
  "Node",
  "PersistentVolume",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "PriorityClass",
  "StorageClass",
  "IngressClass",
  "APIService",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
  "RuntimeClass",
  "CSIDriver",
  "CSINode",
  "VolumeAttachment",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "FlowSchema",
  "PriorityLevelConfiguration",
  "CertificateSigningRequest",
]);

/** Tokens of @pulumi/kubernetes name some groups in short. Source: the provider's schema (group of `apps` is "apps", of `rbac.authorization.k8s.io` is "rbac.authorization.k8s.io"). */
export interface Gvk {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * apiVersion and kind of a type token "kubernetes:apps/v1:Deployment"; the group `core` is the empty one.
 *
 * @throws Error for tokens that are not objects (Helm, Kustomize, YAML components, lists, patches).
 */
export function tokenGvk(token: string): Gvk {
  const [, module = "", kind = ""] = token.split(":");
  const official =
    "not provided by this stand-in for the `kubernetes` plugin; install the official one (pulumi plugin install resource kubernetes v4.28.0)";
  if (/^(helm\.sh|kustomize|yaml)(\/|$)/.test(module) || kind.endsWith("Patch") || kind.endsWith("List"))
    throw new Error(`${token}: ${official}`);
  // A CustomResource's token is made of its own apiVersion; objects of the core group come by their typed class alone.
  if (/^v\d\w*$/.test(module))
    throw new Error(`apiVersion does not have both a group and a version: ${JSON.stringify(module)}`);
  const match = /^(.*)\/(v\d\w*)$/.exec(module);
  if (match === null) throw new Error(`${token}: ${official}`);
  return { apiVersion: match[1] === "core" ? match[2]! : `${match[1]}/${match[2]}`, kind };
}
