import { labelsOfNodes } from "./node-labels";
import type { Peer } from "./calico-types";
import type { Registered } from "./registered";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";
import { readSelector, type Labels } from "./selector";

export const meshOff: RegisteredRule = {
  name: "calico-mesh-off",
  title: "Without the node-to-node mesh every node has a BGP peer",
  severity: "error",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/bgpconfig",
  calico: "3.28",
  why: "A node without a peer tells nobody where its pods are, and hears of no others: they reach each other on one node only.",
  check: (registered) =>
    registered.bgpConfigurations
      .filter(({ mesh, object, resource }) => mesh === false && (object ?? resource) === "default")
      .flatMap((each): RegisteredFinding[] => {
        const alone = registered.peers.length === 0 ? null : nodesWithoutPeer(registered);
        if (alone !== null && alone.length === 0) return [];
        return [
          found(
            each,
            "spec.nodeToNodeMeshEnabled",
            `spec.nodeToNodeMeshEnabled is false, and ${alone === null ? "the stack has no BGPPeer" : `no BGPPeer chooses ${alone.join(", ")}`}`,
            "Add BGPPeers (to the leaves, or to route reflectors), or leave the mesh on.",
          ),
        ];
      }),
};

/** Nodes of the stack's labs that no peer is for. */
const nodesWithoutPeer = (registered: Registered): string[] =>
  [...labelsOfNodes(registered)]
    .filter(([name, labels]) => !registered.peers.some((peer) => concerns(peer, name, labels)))
    .map(([name]) => name);

/** Whether a peer is for a node; where it names peers by a selector, Calico gives those the other end of the session. */
function concerns({ node, nodeSelector, peerSelector, badSelectors }: Peer, name: string, labels: Labels): boolean {
  if (node !== null) return node === name;
  // What can't be read is another rule's affair.
  const chosen = (selector: string | null): boolean => selector !== null && readSelector(selector)?.(labels) !== false;
  return badSelectors.length > 0 || nodeSelector === null || chosen(nodeSelector) || chosen(peerSelector);
}
