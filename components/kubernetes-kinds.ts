/**
 * The classes of @pulumi/kubernetes that a lab registers. Each comes from its own module, because the index of the SDK loads a hundred others, and every preview would
 * wait for them.
 */
export { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
export { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1/customResourceDefinition";
export { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet";
export { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
export { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
export { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
export { Secret } from "@pulumi/kubernetes/core/v1/secret";
export { Service } from "@pulumi/kubernetes/core/v1/service";
export { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
export { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
export { Provider } from "@pulumi/kubernetes/provider";
export { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
export { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
export { Role } from "@pulumi/kubernetes/rbac/v1/role";
export { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
