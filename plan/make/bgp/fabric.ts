import type { BgpSettings, LabSpec } from "../../../lab-spec";
import type { Allocation, LinkAllocation, SwitchAllocation } from "../../allocate";
import { portName } from "../../lookup";
import type { BgpPlan, NeighborPlan, SessionSettings } from "../../types";
import { UPLINK } from "../common/names";
import { sure } from "../common/order";
import { settings } from "./settings";

/** Paths FRR is built to use at once. */
const FRR_MAXIMUM_PATHS = 64;

/** A switch's settings: its own over the fabric's. */
function bgpSettings(of: SwitchAllocation, spec: LabSpec): BgpSettings {
  return { ...spec.fabric.bgp, ...of.spec.bgp };
}

export function switchBgp(of: SwitchAllocation, spec: LabSpec): BgpPlan {
  const { routeReflector, clusterId, maximumPaths, multipathRelax } = bgpSettings(of, spec);
  return {
    clusterId: routeReflector === true ? (clusterId ?? sure(of.loopback.value)) : null,
    maximumPaths: maximumPaths ?? FRR_MAXIMUM_PATHS,
    multipathRelax: multipathRelax ?? true,
  };
}

/** The switch at one end of a link, as the other one's neighbor. */
export function fabricNeighbor(link: LinkAllocation, end: "lower" | "upper", spec: LabSpec): NeighborPlan {
  const [here, there] = end === "lower" ? [link.upper, link.lower] : [link.lower, link.upper];
  const { bfd, keepalive, hold } = bgpSettings(here, spec);
  const both = bfd === true && bgpSettings(there, spec).bfd === true;
  return {
    kind: "fabric",
    address: sure(link.addresses)[end],
    machine: there.name,
    interface: portName(link.ports[end]),
    ...settings({
      remoteAs: sure(there.as.value),
      ...routing(here, sure(there.as.value), spec),
      bfd: both,
      keepalive: keepalive ?? null,
      hold: hold ?? null,
    }),
  };
}

/** What a switch's settings mean for a neighbor with this AS number. */
export function routing(of: SwitchAllocation, remoteAs: number, spec: LabSpec): Partial<SessionSettings> {
  const { allowasIn, asOverride, routeReflector, nextHopSelf } = bgpSettings(of, spec);
  const internal = remoteAs === of.as.value;
  return {
    allowasIn: allowasIn ?? 0,
    asOverride: asOverride === true && !internal,
    routeReflectorClient: routeReflector === true && internal,
    nextHopSelf: nextHopSelf === true && internal,
  };
}

/** Neighbors written by hand added to those derived; one with the address of a derived neighbor takes its place. */
export function withExtra(derived: readonly NeighborPlan[], of: SwitchAllocation, lab: Allocation): NeighborPlan[] {
  if (of.spec.neighbors.length === 0) return [...derived];
  const known = addressOwners(lab);
  const extra = of.spec.neighbors.map(({ address, remoteAs, multihop }): NeighborPlan => {
    const replaced = derived.find((each) => each.address === address);
    const owner = known.get(address) ?? { machine: null, interface: "" };
    return replaced === undefined
      ? { kind: "extra", address, ...owner, ...settings({ remoteAs, ...routing(of, remoteAs, lab.spec), multihop }) }
      : { ...replaced, ...routing(of, remoteAs, lab.spec), remoteAs, multihop };
  });
  return [...derived.filter((each) => !extra.some((other) => other.address === each.address)), ...extra];
}

/** Who has the addresses that a neighbor statement may name: ends of links, and servers of the cluster and outside of it. */
function addressOwners(lab: Allocation): Map<string, Pick<NeighborPlan, "machine" | "interface">> {
  return new Map([
    ...lab.links.flatMap((link) => {
      const { lower, upper } = sure(link.addresses);
      return [
        [lower, { machine: link.lower.name, interface: portName(link.ports.lower) }] as const,
        [upper, { machine: link.upper.name, interface: portName(link.ports.upper) }] as const,
      ];
    }),
    ...lab.servers.map((each) => [sure(each.address.value), { machine: each.spec.name, interface: UPLINK }] as const),
  ]);
}
