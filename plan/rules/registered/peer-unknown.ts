import { inside } from "./ip-range";
import { found, type RegisteredRule } from "./registered-rule";

export const peerUnknown: RegisteredRule = {
  name: "calico-peer-unknown",
  title: "A BGPPeer's address belongs to a router",
  severity: "warning",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/bgppeer",
  calico: "3.28",
  why: "Nobody answers on the address: the session stays in Connect or Active.",
  check: ({ peers, routers, serverSubnets }) =>
    peers.flatMap((peer) => {
      const { peerIP } = peer;
      if (peerIP === null || routers.some(({ addresses }) => addresses.includes(peerIP))) return [];
      const subnet = serverSubnets.find((each) => inside(peerIP, each));
      if (subnet === undefined) return [];
      const near = routers.flatMap(({ name, addresses }) =>
        addresses.filter((each) => inside(each, subnet)).map((each) => `${name} has ${each}`),
      );
      const remedy = near.length === 0 ? "Write a router's address." : `Write a router's address: ${near.join(", ")}.`;
      return [
        found(
          peer,
          "spec.peerIP",
          `spec.peerIP ${peerIP} lies on a server subnet, and no router known here has the address`,
          remedy,
        ),
      ];
    }),
};
