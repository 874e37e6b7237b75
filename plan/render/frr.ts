import type { NeighborPlan, SwitchPlan } from "../types";
import { fileText } from "./text";

/**
 * `/etc/frr/frr.conf` in the form and order of FRR 8.4's `show running-config`, so that `frr-reload.py` finds nothing to change on a
 * switch that has it.
 *
 * Statements that are the default of the datacenter profile are left out because FRR doesn't print them: eBGP without policy is allowed
 * there (https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-bgp-ebgp-requires-policy), and equal paths share traffic up to the limit of the build. Paths of equal
 * length through different spines are equal only with multipath-relax.
 */
export function frrConfig(of: SwitchPlan): string {
  return fileText([
    "frr defaults datacenter",
    `hostname ${of.hostname}`,
    "log syslog informational",
    "service integrated-vtysh-config",
    "!",
    `router bgp ${of.as}`,
    ` bgp router-id ${of.routerId}`,
    " bgp bestpath as-path multipath-relax",
    ...of.neighbors.flatMap(neighbor),
    " !",
    " address-family ipv4 unicast",
    ...of.networks.map((prefix) => `  network ${prefix}`),
    " exit-address-family",
    "exit",
    "!",
    "end",
  ]);
}

function neighbor(to: NeighborPlan): string[] {
  return [` neighbor ${to.address} remote-as ${to.remoteAs}`, ` neighbor ${to.address} description ${to.machine} ${to.interface}`];
}
