import { udpPortOwner } from "../common/udp-ports";
import type { FelixConfiguration } from "./calico-types";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";

/** What Felix takes without a configuration. */
const DEFAULT = { port: 4789, vni: 4096 } as const;
/** 24 bits, and 0 is none (RFC 7348). */
const GREATEST_VNI = 2 ** 24 - 1;
const CLUSTER = "default";
const OF_NODE = "node.";

export const felixVxlan: RegisteredRule = {
  name: "calico-felix-vxlan",
  title: "All nodes of a cluster use one UDP port and one VNI for VXLAN, which nothing else uses",
  severity: "error",
  scope: "stack",
  source:
    "https://docs.tigera.io/calico/3.28/reference/resources/felixconfig (vxlanPort, vxlanVNI); RFC 7348, section 5",
  calico: "3.28",
  why: "A node drops what comes to another port or with another VNI than its own: pods of the two nodes don't reach each other.",
  check: ({ felixConfigurations, labs }) => {
    const cluster = felixConfigurations.find((each) => each.object === CLUSTER);
    const vxlan = labs[0]?.plan.calico?.vxlan;
    const port = cluster?.port ?? DEFAULT.port;
    const vni = cluster?.vni ?? DEFAULT.vni;
    return felixConfigurations.flatMap((each) => [
      ...unusable(each),
      ...(each.object?.startsWith(OF_NODE) === true
        ? [
            ...differs(each, "vxlanPort", each.port, port, "the cluster has"),
            ...differs(each, "vxlanVNI", each.vni, vni, "the cluster has"),
          ]
        : []),
      ...(each.object === CLUSTER && vxlan !== undefined
        ? [
            ...differs(each, "vxlanPort", each.port, vxlan.port, "the lab's plan has"),
            ...differs(each, "vxlanVNI", each.vni, vxlan.vni, "the lab's plan has"),
          ]
        : []),
    ]);
  },
};

function unusable(of: FelixConfiguration): RegisteredFinding[] {
  const by = of.port === null ? null : udpPortOwner(of.port);
  return [
    ...(by === null
      ? []
      : [
          found(
            of,
            "spec.vxlanPort",
            `spec.vxlanPort is ${of.port ?? ""}, which is for ${by}`,
            `Write ${DEFAULT.port}, VXLAN's own port.`,
          ),
        ]),
    ...(of.port !== null && (of.port < 1 || of.port > 65535)
      ? [found(of, "spec.vxlanPort", `spec.vxlanPort is ${of.port}, which is no UDP port`, "Write 1 to 65535.")]
      : []),
    ...(of.vni !== null && (of.vni < 1 || of.vni > GREATEST_VNI)
      ? [found(of, "spec.vxlanVNI", `spec.vxlanVNI is ${of.vni}, and a VNI has 24 bits`, `Write 1 to ${GREATEST_VNI}.`)]
      : []),
  ];
}

function differs(
  of: FelixConfiguration,
  field: string,
  own: number | null,
  other: number,
  whose: string,
): RegisteredFinding[] {
  return own === null || own === other
    ? []
    : [
        found(
          of,
          `spec.${field}`,
          `spec.${field} is ${own}, and ${whose} ${other}`,
          `Write ${other}, or leave it out.`,
        ),
      ];
}
