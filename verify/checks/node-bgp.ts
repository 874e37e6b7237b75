import { nodesSpeakBgp } from "../../plan/calico";
import { nodesOf } from "../../plan/lookup";
import { output, said } from "../access";
import { predictionOf } from "../facts/bgp";
import { kubectl } from "../facts/kubernetes";
import { neighborsOf, type ExpectedNeighbor } from "../expected";
import { eachOf, equal, list } from "../rows";
import { bird } from "../patience";
import { ofCluster } from "../cluster";
import type { Row } from "../types";
import { poolRows, type IpPool } from "./overlay";

const STATUS = "calicoctl node status";
const TUNNELS = "ip -o link show type vxlan | awk -F': ' '{print $2}'";

/** Calico as a BGP speaker: the pool without encapsulation, and on every node the predicted peers as `calicoctl node status` shows them, and no tunnel. */
export const nodePeers = ofCluster({
  id: "node-bgp",
  title: "Calico's BGP on the nodes",
  needs: "nodes that speak BGP",
  patience: bird,
  run: async (lab) => {
    if (!nodesSpeakBgp(lab.plan.calico)) return [];
    const { sessions } = await predictionOf(lab);
    const [pools, nodes] = await Promise.all([
      eachOf(
        ["IP pools"],
        (name) => name,
        async () => poolRows(lab.plan, (await kubectl(lab, "ippools.crd.projectcalico.org")) as unknown as IpPool[]),
      ),
      eachOf(
        nodesOf(lab.plan),
        ({ name }) => name,
        async ({ name }) => {
          const [status, tunnels] = await Promise.all([
            said(lab, name, "calicoctl", STATUS),
            output(lab, name, TUNNELS),
          ]);
          return [
            ...peerRows(name, neighborsOf(name, sessions), parseStatus(status)),
            equal(
              `${name} tunnels`,
              "none",
              list(
                tunnels
                  .trim()
                  .split("\n")
                  .filter((line) => line !== ""),
              ),
            ),
          ];
        },
      ),
    ]);
    return [...pools, ...nodes];
  },
});

/** Peers of `calicoctl node status`: address to what it says of the session ("Established", "Connect Socket: ..."). */
export function parseStatus(text: string): Map<string, string> {
  const rows = [...text.matchAll(/^\|\s*(\d+\.\d+\.\d+\.\d+)\s*\|[^|]*\|\s*(\S+)\s*\|[^|]*\|\s*([^|]*?)\s*\|$/gm)];
  return new Map(rows.map(([, address, state, info]) => [address ?? "", info === "" ? (state ?? "") : (info ?? "")]));
}

export function peerRows(
  node: string,
  neighbors: readonly ExpectedNeighbor[],
  seen: ReadonlyMap<string, string>,
): Row[] {
  const rows = neighbors.map(({ name, address, established }) => {
    const info = seen.get(address) ?? "no such peer";
    if (established === null)
      return { subject: `${node} to ${name} ${address}`, expected: "Established or down", seen: info, ok: true };
    return equal(
      `${node} to ${name} ${address}`,
      established ? "Established" : "down",
      established || info === "Established" ? info : "down",
    );
  });
  const others = [...seen.keys()].filter((address) => !neighbors.some((each) => each.address === address)).sort();
  return [...rows, equal(`${node} other peers`, "none", list(others))];
}
