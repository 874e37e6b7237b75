import { shellProgram } from "../../common/shell-program";
import { output } from "../access";
import { objects, testPods } from "../facts/kubernetes";
import { namespaceOf } from "../facts/namespaces";
import { eachOf, equal, list } from "../rows";
import { felix } from "../patience";
import { ofCluster } from "../cluster";

/** Shell text that asks cluster DNS for a name, as a pod would. */
export const dnsScript = (namespace: string, server: string, name: string): string =>
  shellProgram("verify/scripts/resolve.sh", [namespace, server, name]);

/** Cluster DNS answers a pod of every node: the workload's service by name, or the API server's without a workload. */
export const dns = ofCluster({
  id: "dns",
  title: "Cluster DNS from pods",
  patience: felix,
  run: async (lab) => {
    const { workload, cluster } = lab.plan;
    const [namespace, name] = workload === null ? ["default", "kubernetes"] : [workload.namespace, workload.service];
    const address =
      (await objects(lab, "Service")).find(
        (each) => each.metadata.namespace === namespace && each.metadata.name === name,
      )?.spec?.clusterIP ?? "a cluster address";
    const pods = await testPods(lab);
    const sources = pods.filter((pod, i) => pods.findIndex((other) => other.node === pod.node) === i);
    const fqdn = `${name}.${namespace}.svc.cluster.local`;
    return eachOf(
      sources,
      (pod) => `${pod.node} ${fqdn}`,
      async (pod) => {
        const from = await namespaceOf(lab, pod.node, pod.address);
        const printed = await output(lab, pod.node, dnsScript(from.namespace, cluster.dnsAddress, fqdn));
        return [
          equal(
            `${pod.node} ${pod.address}: ${fqdn}`,
            address,
            list([
              ...new Set(
                printed
                  .trim()
                  .split("\n")
                  .flatMap((line) => line.split(/\s+/)[0] || []),
              ),
            ]),
          ),
        ];
      },
    );
  },
});
