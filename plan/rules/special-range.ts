import type { LabSpec } from "../../lab-spec";
import { isFabricAlone } from "../cluster";
import { knownRange } from "../../lab-spec/ip";
import { balancersOf, leavesOf } from "../lookup";
import { serversOf } from "./common/servers";
import { defineRule } from "./rule";

/** Ranges that no host of a lab can use (RFC 6890). */
const SPECIAL = [
  { prefix: "0.0.0.0/8", what: '"this network"' },
  { prefix: "127.0.0.0/8", what: "loopback" },
  { prefix: "169.254.0.0/16", what: "link-local" },
  { prefix: "224.0.0.0/4", what: "multicast" },
  { prefix: "240.0.0.0/4", what: "reserved" },
].map((each) => ({ ...each, range: knownRange(each.prefix) }));

export const LINKS = "fabric.links.pool";

/** Whether all of a prefix is link-local (RFC 3927). */
export function isLinkLocal(prefix: string): boolean {
  const [range, linkLocal] = [knownRange(prefix), knownRange("169.254.0.0/16")];
  return range.first >= linkLocal.first && range.last <= linkLocal.last;
}

/** The default route covers everything, and is a fair thing to announce. */
const DEFAULT_ROUTE = "0.0.0.0/0";

const clusterRanges = ({ kubernetes, calico }: LabSpec): Record<string, string> => ({
  "kubernetes.podCidr": kubernetes.podCidr,
  ...(calico.pool === null ? {} : { "calico.pool": calico.pool }),
  "kubernetes.serviceCidr": kubernetes.serviceCidr,
});

export const specialRange = defineRule({
  name: "special-range",
  title: "No range or address of a lab lies in a special-purpose one",
  severity: "error",
  source: "RFC 6890",
  why: "Kernels and routers drop packets to and from them.",
  find: (lab) => {
    const { spec, switches } = lab;
    const written: Record<string, string> = {
      "management.subnet": spec.management.subnet,
      ...(isFabricAlone(spec) ? {} : clusterRanges(spec)),
      "fabric.links.pool": spec.fabric.links.pool,
      "fabric.loopbacks": spec.fabric.loopbacks,
      "fabric.serverSubnets": spec.fabric.serverSubnets,
    };
    for (const { loopback } of switches)
      if (loopback.given && loopback.value !== null) written[loopback.path] = `${loopback.value}/32`;
    for (const { serverSubnet } of leavesOf(lab))
      if (serverSubnet.given && serverSubnet.value !== null) written[serverSubnet.path] = serverSubnet.value;
    for (const { spec: of } of switches) {
      of.networks.forEach((prefix, i) => {
        if (prefix !== DEFAULT_ROUTE) written[`${of.path}.networks[${i}]`] = prefix;
      });
      of.aggregates.forEach(({ prefix }, i) => {
        if (prefix !== DEFAULT_ROUTE) written[`${of.path}.aggregates[${i}].prefix`] = prefix;
      });
    }
    for (const { spec: of } of balancersOf(lab))
      of.vips.forEach((vip, i) => {
        written[`${of.path}.vips[${i}]`] = `${vip}/32`;
      });
    // Addresses of machines without a leaf are looked at nowhere else.
    for (const { leaf, address } of serversOf(lab))
      if (leaf === null && address.given && address.value !== null) written[address.path] = `${address.value}/32`;
    return Object.entries(written).flatMap(([path, prefix]) => {
      const range = knownRange(prefix);
      // Links between routers may have such addresses: `link-local-links` speaks of them.
      if (path === LINKS && isLinkLocal(prefix)) return [];
      return SPECIAL.filter((special) => range.first <= special.range.last && special.range.first <= range.last).map(
        (special) => ({
          path,
          message: `${prefix} meets the ${special.what} range ${special.prefix}`,
          values: { [path]: prefix },
          remedy: "Use private addresses: 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918).",
        }),
      );
    });
  },
});
