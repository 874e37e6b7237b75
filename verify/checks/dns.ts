import { output } from "../access";
import { objects, testPods } from "../facts/kubernetes";
import { namespaceOf } from "../facts/namespaces";
import { eachOf, equal, list } from "../rows";
import type { Check } from "../types";

/** The C library's own resolver, pointed at cluster DNS by a resolv.conf that only this command sees. */
export function dnsScript(namespace: string, server: string, name: string): string {
  return `f=$(mktemp /run/fabriclab-verify.XXXXXX); printf 'nameserver ${server}\\noptions timeout:2 attempts:2\\n' >"$f"
nsenter --net=/run/netns/${namespace} unshare -m sh -c "mount --bind $f /etc/resolv.conf && getent ahostsv4 ${name}"; s=$?; rm -f "$f"; [ $s -eq 0 ] || [ $s -eq 2 ]`;
}

/** Cluster DNS answers a pod of every node: the workload's service by name, or the API server's without a workload. */
export const dns: Check = {
  id: "dns",
  title: "Cluster DNS from pods",
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
};
