import { inside } from "./ip-range";
import { found, type RegisteredRule } from "./registered-rule";

export const peerSubnet: RegisteredRule = {
  name: "calico-peer-subnet",
  title: "A BGPPeer's address lies on a subnet of the nodes",
  severity: "warning",
  scope: "stack",
  source: "RFC 4271, section 5.1.3; https://docs.tigera.io/calico/3.28/reference/resources/bgppeer",
  calico: "3.28",
  why: "A neighbor that is not on-link is reached only through a route that BGP itself may have to bring, and with a TTL of 1 not at all.",
  check: ({ peers, serverSubnets }) =>
    serverSubnets.length === 0
      ? []
      : peers.flatMap((peer) => {
          const { peerIP } = peer;
          if (peerIP === null || serverSubnets.some((each) => inside(peerIP, each))) return [];
          return [
            found(
              peer,
              "spec.peerIP",
              `spec.peerIP ${peerIP} lies on no subnet that has nodes`,
              `Peer with a router on the nodes' own subnet (${serverSubnets.join(", ")}), or see that a static route and multihop are there on both ends.`,
            ),
          ];
        }),
};
