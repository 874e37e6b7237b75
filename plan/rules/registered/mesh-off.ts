import { found, type RegisteredRule } from "./registered-rule";

export const meshOff: RegisteredRule = {
  name: "calico-mesh-off",
  title: "Without the node-to-node mesh there are BGP peers",
  severity: "error",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/bgpconfig",
  why: "No node learns where the pods of another are: they reach each other on one node only.",
  check: ({ bgpConfigurations, peers }) =>
    peers.length > 0
      ? []
      : bgpConfigurations
          .filter(({ mesh, object, resource }) => mesh === false && (object ?? resource) === "default")
          .map((each) =>
            found(
              each,
              "spec.nodeToNodeMeshEnabled",
              "spec.nodeToNodeMeshEnabled is false and the stack has no BGPPeer",
              "Add BGPPeers (to the leaves, or to route reflectors), or leave the mesh on.",
            ),
          ),
};
