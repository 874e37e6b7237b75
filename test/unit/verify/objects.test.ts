import { fieldsThatDiffer } from "../../../verify/checks/objects";

test.each<[string, string, object, object, string[]]>([
  [
    "a pool's setting that was changed",
    "IPPool",
    { cidr: "10.64.0.0/12", natOutgoing: false },
    { cidr: "10.64.0.0/12", natOutgoing: true },
    ["spec.natOutgoing: true, planned false"],
  ],
  [
    "a pool that was switched off",
    "IPPool",
    { cidr: "10.64.0.0/12", disabled: false },
    { cidr: "10.64.0.0/12", disabled: true },
    ["spec.disabled: true, planned false"],
  ],
  [
    "a setting that was taken away",
    "BGPPeer",
    { peerIP: "10.0.101.1", keepOriginalNextHop: true },
    { peerIP: "10.0.101.1" },
    ["spec.keepOriginalNextHop: nothing, planned true"],
  ],
  [
    "a setting that nobody planned",
    "BGPPeer",
    { peerIP: "10.0.101.1" },
    { peerIP: "10.0.101.1", numAllowedLocalASNumbers: 2 },
    ["spec.numAllowedLocalASNumbers: 2, planned nothing"],
  ],
  ["settings that Felix writes", "FelixConfiguration", { vxlanPort: 4789 }, { vxlanPort: 4789, bpfLogLevel: "" }, []],
  [
    "a service's type, selector and port",
    "Service",
    {
      type: "ClusterIP",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      selector: { app: "web" },
      ports: [{ port: 80, targetPort: 80 }],
    },
    {
      type: "NodePort",
      clusterIP: "10.80.0.9",
      clusterIPs: ["10.80.0.9"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      selector: { app: "nobody" },
      ports: [{ port: 80, targetPort: 8080, protocol: "TCP", nodePort: 30080 }],
    },
    [
      'spec.type: "NodePort", planned "ClusterIP"',
      'spec.selector.app: "nobody", planned "web"',
      "spec.ports.0.targetPort: 8080, planned 80",
    ],
  ],
])("%s", (_, kind, planned, seen, differences) => {
  expect(fieldsThatDiffer(kind, planned, seen)).toEqual(differences);
});
