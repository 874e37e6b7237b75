/** Calico's own manifests, as set-up got them, under this version's patches: a release that moved something is found here, and not by a lab that hangs. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { clusterLab, type ClusterLabPlan } from "../../plan/cluster";
import { makePlan, parseSpec } from "../../plan";
import { patchCalico, type KubernetesObject } from "../../plan/render";
import { readSetup } from "../../pulumi/environment";
import { root, type SpecFile } from "./support";

function planOf(stack: string): ClusterLabPlan {
  const { config } = parse(readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8")) as SpecFile;
  const parsed = parseSpec(config["fabriclab:lab"]);
  if ("problems" in parsed) throw new Error(`stack ${stack} is refused`);
  return clusterLab(makePlan(parsed.spec));
}

test.each([
  ["vxlan", "calico-vxlan.json", ["ConfigMap", "DaemonSet"]],
  ["bgp", "calico.json", ["ConfigMap", "DaemonSet"]],
  // The controllers' probes too: they may run on a worker that has a kernel of its own.
  ["ipip", "calico.json", ["ConfigMap", "DaemonSet", "Deployment"]],
])("the manifest for stack %s takes the patches, which change what they are for", (stack, manifest, changed) => {
  const plan = planOf(stack);
  const file = path.join(readSetup(root).calicoManifests, manifest);
  const objects = JSON.parse(readFileSync(file, "utf8")) as KubernetesObject[];
  const patched = patchCalico(objects, plan);
  expect(patched).toHaveLength(objects.length);
  expect(patched.filter((each, i) => each !== objects[i]).map((each) => each.kind)).toEqual(changed);
});
