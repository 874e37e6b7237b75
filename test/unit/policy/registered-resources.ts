/** Resources as programs register them, for tests of the rules that read them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { clusterLab, type ClusterLabPlan } from "../../../plan/cluster";
import { makePlan, parseSpec } from "../../../plan";
import type { RegisteredResource } from "../../../plan/rules/registered";

export type Props = Record<string, unknown>;
export const resource = (type: string, name: string, props: Props): RegisteredResource => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  name,
  props,
});
export const calico = (kind: string, spec: Props, name = kind.toLowerCase()): RegisteredResource =>
  resource(`kubernetes:crd.projectcalico.org/v1:${kind}`, name, {
    apiVersion: "crd.projectcalico.org/v1",
    kind,
    metadata: { name: kind === "BGPConfiguration" ? "default" : name },
    spec,
  });
export const pool = (spec: Props, name?: string): RegisteredResource =>
  calico("IPPool", { ipipMode: "Never", vxlanMode: "Never", ...spec }, name);
export const peer = (spec: Props): RegisteredResource => calico("BGPPeer", spec);
export const felix = (name: string, spec: Props): RegisteredResource =>
  resource("kubernetes:crd.projectcalico.org/v1:FelixConfiguration", name, { metadata: { name }, spec });
export const node = (name: string, as: string): RegisteredResource =>
  resource("kubernetes:core/v1:NodePatch", name, {
    metadata: { name, annotations: { "projectcalico.org/ASNumber": as } },
  });
export const kubeadm = (podSubnet: string, serviceSubnet: string, property = "stdin"): RegisteredResource => {
  const text = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  podSubnet: ${podSubnet}\n  serviceSubnet: ${serviceSubnet}\n`;
  return resource("command:remote:Command", "init", property === "stdin" ? { stdin: text } : { source: { text } });
};
export const link = (name: string, a: string, b: string, mtu = 1500): RegisteredResource => {
  const end = (text: string): Props => ({ name: text.split(" ")[0], interface: text.split(" ")[1] });
  return resource("fabriclab:index:Link", name, { a: end(a), b: end(b), mtu });
};
export const machine = (urnName: string, name: string, subnet = "192.168.202.0/24"): RegisteredResource =>
  resource("fabriclab:index:Machine", urnName, { name, network: { name: "n", subnet } });

export function planOfLab(name: string): ClusterLabPlan {
  const stack = parse(readFileSync(join(__dirname, "..", "..", "..", `Pulumi.${name}.yaml`), "utf8")) as {
    config: Props;
  };
  const parsed = parseSpec(stack.config["fabriclab:lab"]);
  if (!("spec" in parsed)) throw new Error(`${name} is refused`);
  return clusterLab(makePlan(parsed.spec));
}
export const bgp = planOfLab("bgp");
export const vxlan = planOfLab("vxlan");
export const lab = (plan: typeof bgp): RegisteredResource => resource("fabriclab:index:Lab", plan.name, { plan });
export const control = bgp.cluster.controlPlane;
export const planned = bgp.calico.bgp!.as;
