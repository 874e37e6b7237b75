import { found, type RegisteredRule } from "./registered-rule";

export const peerAs: RegisteredRule = {
  name: "calico-peer-as",
  title: "A BGPPeer has the AS number of the router that owns its address",
  severity: "error",
  scope: "stack",
  source: "RFC 4271, section 6.2 (Bad Peer AS)",
  calico: "3.28",
  why: "The router's OPEN carries another AS number than the node expects: the session never comes up, and the rack's pods are unreachable.",
  check: ({ peers, routers }) =>
    peers.flatMap((peer) => {
      const owner = routers.find(({ addresses }) => peer.peerIP !== null && addresses.includes(peer.peerIP));
      if (owner === undefined || peer.as === null || peer.as === owner.as) return [];
      return [
        found(
          peer,
          "spec.asNumber",
          `spec.asNumber is ${peer.as}, and ${owner.name}, which owns ${peer.peerIP}, has AS ${owner.as}`,
          `Write asNumber: ${owner.as}, or the address of the router that has AS ${peer.as}.`,
        ),
      ];
    }),
};
