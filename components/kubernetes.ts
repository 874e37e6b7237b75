import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { KubernetesObject } from "../plan/render";

type ObjectClass = new (name: string, args: KubernetesObject, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/**
 * Registers one object of a manifest under the typed class of its kind ("apps/v1 DaemonSet" is `k8s.apps.v1.DaemonSet`; Calico's own kinds have none).
 *
 * @throws Error that names the object when @pulumi/kubernetes has no class for its kind.
 */
export function register(object: KubernetesObject, opts: pulumi.CustomResourceOptions): pulumi.CustomResource {
  const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") as [string, string] : ["core", object.apiVersion];
  const module = (k8s as unknown as Record<string, Record<string, Record<string, ObjectClass>>>)[group.split(".")[0]!];
  const Class = group.endsWith("projectcalico.org") ? k8s.apiextensions.CustomResource as ObjectClass : module?.[version]?.[object.kind];
  const name = `${object.kind}-${object.metadata.name}`.toLowerCase();
  if (Class === undefined) throw new Error(`${name}: @pulumi/kubernetes has no class for ${object.apiVersion} ${object.kind}`);
  return new Class(name, object, opts);
}
