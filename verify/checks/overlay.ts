import { nodesSpeakBgp } from "../../plan/calico";
import { poolModes } from "../../plan/render";
import type { ClusterLabPlan } from "../../plan/cluster";
import type { NodePlan } from "../../plan/types";
import { addressOf, nodesOf } from "../../plan/lookup";
import { json, output } from "../access";
import { kubectl } from "../facts/kubernetes";
import { eachOf, equal, list } from "../rows";
import { ofCluster } from "../cluster";
import type { Row } from "../types";

/** The parts of `ip -d -j link show` of a VXLAN device that are read here. */
interface VxlanLink {
  readonly mtu: number;
  readonly linkinfo?: {
    readonly info_data?: { readonly id?: number; readonly port?: number; readonly local?: string };
  };
}
export interface IpPool {
  readonly spec: {
    readonly cidr: string;
    readonly blockSize?: number;
    readonly vxlanMode?: string;
    readonly ipipMode?: string;
  };
}

/** Programs and sockets that would speak BGP; the brackets of ss's filter keep it to port 179. */
const BGP_SPEAKERS =
  "{ ps -e -o comm= | grep -E '^(bird6?|gobgpd?|bgpd|confd)$'; ss -Htan exclude time-wait '( sport = :179 or dport = :179 )' | awk '{print \"port 179 \" $1}'; } | sort -u";

/** Calico's data plane on every node: the VXLAN device, the IP pool, and no BGP, which Calico has switched off in this mode. */
export const overlay = ofCluster({
  id: "overlay",
  title: "Calico VXLAN overlay",
  needs: "nodes that speak no BGP",
  run: async (lab) => {
    if (nodesSpeakBgp(lab.plan.calico)) return [];
    const [pools, devices, speakers] = await Promise.all([
      eachOf(
        ["IP pools"],
        (name) => name,
        async () => poolRows(lab.plan, (await kubectl(lab, "ippools.crd.projectcalico.org")) as unknown as IpPool[]),
      ),
      eachOf(
        nodesOf(lab.plan),
        (node) => `${node.name} vxlan.calico`,
        async (node) => [
          deviceRow(lab.plan, node, (await json<VxlanLink[]>(lab, node.name, "ip -d -j link show vxlan.calico"))[0]),
        ],
      ),
      eachOf(
        nodesOf(lab.plan),
        (node) => node.name,
        async (node) => [
          equal(
            `${node.name} BGP speakers`,
            "none",
            list(
              (await output(lab, node.name, BGP_SPEAKERS))
                .trim()
                .split("\n")
                .filter((line) => line !== ""),
            ),
          ),
        ],
      ),
    ]);
    return [...pools, ...devices, ...speakers];
  },
});

export function poolRows(plan: ClusterLabPlan, pools: readonly IpPool[]): Row[] {
  const text = (pool: IpPool["spec"]): string =>
    `${pool.cidr}, blocks /${pool.blockSize ?? 26}, VXLAN ${pool.vxlanMode ?? "Never"}, IPIP ${pool.ipipMode ?? "Never"}`;
  const expected = text({
    cidr: plan.calico.pool,
    blockSize: plan.calico.blockSize,
    ...poolModes(plan.calico.encapsulation),
  });
  return [
    equal(
      "IP pools",
      expected,
      list(pools.filter((pool) => !pool.spec.cidr.includes(":")).map((pool) => text(pool.spec))),
    ),
  ];
}

export function deviceRow(plan: ClusterLabPlan, node: NodePlan, link: VxlanLink | undefined): Row {
  const {
    vxlan: { vni, port },
    podMtu,
  } = plan.calico;
  const data = link?.linkinfo?.info_data;
  return equal(
    `${node.name} vxlan.calico`,
    `VNI ${vni}, UDP ${port}, from ${addressOf(node)}, mtu ${podMtu}`,
    link === undefined
      ? "no such device"
      : `VNI ${data?.id ?? "none"}, UDP ${data?.port ?? "none"}, from ${data?.local ?? "any"}, mtu ${link.mtu}`,
  );
}
