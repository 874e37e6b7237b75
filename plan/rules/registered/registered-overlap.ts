import { shareAddress, subnetOf } from "./ip-range";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";
import type { BgpConfiguration, Pool } from "./calico-types";
import type { Registered } from "./registered";

/** A range of a resource; those of one kind are told apart by other rules (pools in the pod range, pools among themselves). */
interface Used {
  readonly urn: string;
  readonly resource: string;
  readonly path: string;
  readonly what: string;
  readonly text: string;
  readonly kind: "pods" | "services" | "management" | "fabric";
}

export const registeredOverlap: RegisteredRule = {
  name: "registered-overlap",
  title: "Pools, pod and service ranges of any program stay clear of the fabric and of management",
  severity: "error",
  scope: "stack",
  source: "https://kubernetes.io/docs/concepts/cluster-administration/networking/",
  why: "Of two routes to one address the more specific wins: packets to the other range go astray.",
  check: (registered) => {
    const used = usedBy(registered);
    const clashes: RegisteredFinding[] = [];
    const seen = new Set<string>();
    used.forEach((each, i) => {
      for (const other of used.slice(0, i)) {
        const key = [each.urn, each.path, each.text, other.kind].join(" ");
        // One finding is enough of a range that meets twenty links. The lab's own ranges against each other are what the rules of labs are for.
        const ofLab = each.path.startsWith("plan.") && other.path.startsWith("plan.");
        if (each.kind === other.kind || ofLab || !shareAddress(each.text, other.text) || seen.has(key)) continue;
        seen.add(key);
        clashes.push(
          found(
            each,
            each.path,
            `${each.what} ${each.text} overlaps ${other.what} ${other.text} (${other.resource}, ${other.path})`,
            "Move one of them.",
          ),
        );
      }
    });
    return clashes;
  },
};

/** Labs first: a clash is told at what is not the lab's. */
function usedBy({ labs, machines, kubeadm, pools, bgpConfigurations }: Registered): Used[] {
  return [
    ...labs.flatMap(({ urn, resource, plan }): Used[] => {
      const one = (what: string, path: string, text: string, kind: Used["kind"]): Used => ({
        urn,
        resource,
        what,
        path,
        text,
        kind,
      });
      return [
        one("the management subnet", "plan.management.subnet", plan.management.subnet, "management"),
        ...(plan.cluster === null
          ? []
          : [
              one("the pod range", "plan.cluster.podCidr", plan.cluster.podCidr, "pods"),
              one("the service range", "plan.cluster.serviceCidr", plan.cluster.serviceCidr, "services"),
            ]),
        ...plan.switches.flatMap(({ name, interfaces, bridge }) =>
          [
            ...interfaces.flatMap(({ name: port, addresses }) => addresses.map((address) => ({ port, address }))),
            ...(bridge === null ? [] : [{ port: bridge.name, address: bridge.address }]),
          ].map(({ port, address }) =>
            one(`the subnet of ${name} ${port}`, "plan.switches", subnetOf(address), "fabric"),
          ),
        ),
      ];
    }),
    ...machines.flatMap(({ urn, resource, subnet }): Used[] =>
      subnet === null
        ? []
        : [{ urn, resource, path: "network.subnet", what: "the management subnet", text: subnet, kind: "management" }],
    ),
    ...kubeadm.flatMap(({ urn, resource, property, podSubnet, serviceSubnet }): Used[] => [
      ...(podSubnet?.split(",") ?? []).map((text): Used => ({
        urn,
        resource,
        path: `${property} (ClusterConfiguration networking.podSubnet)`,
        what: "the pod subnet",
        text,
        kind: "pods",
      })),
      ...(serviceSubnet?.split(",") ?? []).map((text): Used => ({
        urn,
        resource,
        path: `${property} (ClusterConfiguration networking.serviceSubnet)`,
        what: "the service subnet",
        text,
        kind: "services",
      })),
    ]),
    ...pools.flatMap(poolUse),
    ...bgpConfigurations.flatMap(announcedUse),
  ];
}

/** Ranges of services that nodes announce by BGP. */
const announcedUse = ({ urn, resource, serviceRanges }: BgpConfiguration): Used[] =>
  serviceRanges.map(({ path, text }) => ({ urn, resource, path, what: "the announced range", text, kind: "services" }));

/** The range of a pool. One that gives no addresses out says what is not to be translated, and may cover anything. */
function poolUse({ urn, resource, path, cidr, disabled, forServices }: Pool): Used[] {
  if (cidr === null || disabled) return [];
  const kind = forServices ? "services" : "pods";
  return [{ urn, resource, path: `${path}.cidr`, what: "the pool", text: cidr, kind }];
}
