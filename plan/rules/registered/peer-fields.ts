import { found, type RegisteredRule } from "./registered-rule";

export const peerFields: RegisteredRule = {
  name: "calico-peer-fields",
  title: "A BGPPeer says who peers with whom in one way",
  severity: "error",
  scope: "resource",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/bgppeer",
  calico: "3.28",
  why: "Calico refuses the object where its API server checks it, and takes one of the two without a word where it doesn't.",
  check: ({ peers }) =>
    peers.flatMap((peer) => [
      ...peer.badSelectors.map((key) =>
        found(
          peer,
          `spec.${key}`,
          `spec.${key} is no text, and Calico refuses the object`,
          `Write a selector, such as "has(rack)"; a router outside is named by peerIP and asNumber.`,
        ),
      ),
      ...(peer.peerIP !== null && peer.as === null && peer.peerSelector === null
        ? [
            found(
              peer,
              "spec.asNumber",
              `spec.peerIP ${peer.peerIP} has no spec.asNumber: the session never comes up`,
              `Write the AS number of the router that has ${peer.peerIP}.`,
            ),
          ]
        : []),
      ...(peer.node !== null && peer.nodeSelector !== null
        ? [
            found(
              peer,
              "spec.nodeSelector",
              `spec.node "${peer.node}" and spec.nodeSelector "${peer.nodeSelector}" are both there`,
              "Take one of them out.",
            ),
          ]
        : []),
      ...(peer.peerIP !== null && peer.peerSelector !== null
        ? [
            found(
              peer,
              "spec.peerSelector",
              `spec.peerIP ${peer.peerIP} and spec.peerSelector "${peer.peerSelector}" are both there`,
              "Take one of them out: peerIP is for a router outside, peerSelector for nodes.",
            ),
          ]
        : []),
      ...(peer.as !== null && peer.peerSelector !== null
        ? [
            found(
              peer,
              "spec.asNumber",
              `spec.asNumber ${peer.as} and spec.peerSelector "${peer.peerSelector}" are both there`,
              "Take asNumber out: nodes that a selector chooses have their own.",
            ),
          ]
        : []),
    ]),
};
