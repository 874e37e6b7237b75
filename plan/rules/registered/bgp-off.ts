import { found, type RegisteredRule } from "./registered-rule";

export const bgpOff: RegisteredRule = {
  name: "calico-bgp-off",
  title: "What needs BGP is not asked of an Installation without it",
  severity: "error",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/reference/installation/api#calicoNetworkSpec (bgp)",
  calico: "3.28",
  why: "No BIRD runs on the nodes: nobody brings the routes of pools without VXLAN to other nodes, and peers are never called.",
  check: ({ installations, pools, peers }) =>
    installations
      .filter(({ bgp }) => bgp === false)
      .flatMap((installation) => {
        const path = `${installation.root}.calicoNetwork.bgp`;
        const bare = pools.find(({ urn, vxlanMode }) => urn === installation.urn && vxlanMode === "Never");
        const [peer] = peers;
        return [
          ...(bare === undefined
            ? []
            : [
                found(
                  installation,
                  path,
                  `${path} is Disabled, and the pool ${bare.cidr ?? ""} (${bare.path}) has no VXLAN`,
                  "Write bgp: Enabled, or encapsulation: VXLAN for the pool.",
                ),
              ]),
          ...(peer === undefined
            ? []
            : [
                found(
                  installation,
                  path,
                  `${path} is Disabled, and the stack has the BGPPeer ${peer.resource}`,
                  "Write bgp: Enabled, or take the BGPPeers out.",
                ),
              ]),
        ];
      }),
};
