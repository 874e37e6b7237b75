import { clashes } from "../rule";
import { found, type RegisteredRule } from "./registered-rule";

export const peerTwice: RegisteredRule = {
  name: "calico-peer-twice",
  title: "The same nodes have one BGPPeer for an address",
  severity: "error",
  scope: "stack",
  source:
    "https://docs.tigera.io/calico/3.28/reference/resources/bgppeer; Calico's bird.cfg.template names a session by its address",
  calico: "3.28",
  why: "Both come to one session in BIRD's configuration: of their settings one's are used, and nobody says whose.",
  check: ({ peers }) =>
    clashes(peers, ({ peerIP, node, nodeSelector, cluster }) =>
      peerIP === null ? null : JSON.stringify([peerIP, node, nodeSelector, cluster]),
    ).flatMap(([first, ...more]) =>
      more.map((each) =>
        found(
          each,
          "spec.peerIP",
          `spec.peerIP ${each.peerIP ?? ""} is that of the BGPPeer ${first?.resource ?? ""} too, for the same nodes`,
          "Take one of them out, or let each choose other nodes.",
        ),
      ),
    ),
};
