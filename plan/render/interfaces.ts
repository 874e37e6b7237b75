import { knownAddress } from "../../lab-spec/ip";
import { homeOf, hostPart } from "../lookup";
import type { InterfacePlan, ReversePathFilter, ServerPlan, SwitchPlan } from "../types";
import { fileText } from "./text";

/**
 * `/etc/network/interfaces` of a switch for ifupdown2, as on Cumulus Linux 4. The management interface has no stanza: the engine made
 * it, and a reload must not touch it.
 */
export function switchInterfaces(of: SwitchPlan): string {
  const ports = of.interfaces.filter((each) => each.name !== "lo" && each.name !== of.bridge?.name);
  const lines = ["auto lo", "iface lo inet loopback", `    address ${of.loopback}`];
  for (const port of ports) lines.push("", ...stanza(port, of.rpFilter));
  if (of.bridge !== null) lines.push("", ...bridgeStanza(of));
  return fileText(lines);
}

/** `/etc/network/interfaces` of a server: its uplinks, and the default route by the first of them. */
export function serverInterfaces(of: ServerPlan): string {
  const home = homeOf(of);
  return fileText([
    "auto lo",
    "iface lo inet loopback",
    ...of.uplinks.flatMap(({ interface: name, leaf, leafPort, address, mtu }) => [
      "",
      ...stanza({ name, addresses: [address], mtu, peer: `${leaf} ${leafPort}` }, of.rpFilter),
      // `gateway` would add a second default route beside the one the engine gives eth0, and fail: the kernel takes one per metric.
      ...(name === home.interface ? [`    post-up ip route replace default via ${home.gateway} dev ${name}`] : []),
    ]),
  ]);
}

function stanza(of: InterfacePlan, rpFilter: ReversePathFilter): string[] {
  const addressed = of.addresses.length > 0 ? [reversePath(of.name, rpFilter)] : [];
  return [
    `auto ${of.name}`,
    `iface ${of.name}`,
    `    alias ${of.peer}`,
    ...of.addresses.map((address) => `    address ${address}`),
    `    mtu ${of.mtu}`,
    ...addressed,
  ];
}

/** Values of net.ipv4.conf.*.rp_filter; source: https://docs.kernel.org/networking/ip-sysctl.html */
export const RP_FILTER = { off: 0, strict: 1, loose: 2 } as const;

/**
 * The reverse-path filter of one interface, "off" included: what was on has to go again. Interface by interface, since `all` is a floor for every
 * other one too, pods' and the management network's.
 */
function reversePath(name: string, rpFilter: ReversePathFilter): string {
  return `    post-up sysctl -q -w net.ipv4.conf.${name}.rp_filter=${RP_FILTER[rpFilter]}`;
}

/**
 * The server bridge. Its MAC address is fixed, or it would follow the lowest of its ports, and a server that comes or goes would leave stale
 * ARP entries for the gateway on all others.
 */
function bridgeStanza(of: SwitchPlan): string[] {
  const bridge = of.bridge;
  const mtu = of.interfaces.find((each) => each.name === bridge?.name)?.mtu;
  if (bridge === null || mtu === undefined) throw new Error(`${of.name} has no bridge`);
  return [
    `auto ${bridge.name}`,
    `iface ${bridge.name}`,
    `    address ${bridge.address}`,
    `    hwaddress ${stationAddress(hostPart(bridge.address))}`,
    `    bridge-ports ${bridge.ports.length === 0 ? "none" : bridge.ports.join(" ")}`,
    // One switch has no loops to break, and spanning tree would hold every new port back for 30 s.
    "    bridge-stp off",
    `    mtu ${mtu}`,
    reversePath(bridge.name, of.rpFilter),
    // A host that is told of the node behind a pod would go there by itself, and paths would depend on who was told what.
    `    post-up sysctl -q -w net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.${bridge.name}.send_redirects=0`,
  ];
}

/** Locally administered MAC address made of an IPv4 address: 02:00 and its octets. */
function stationAddress(address: string): string {
  const octets = knownAddress(address).toString(16).padStart(8, "0").match(/../g) ?? [];
  return ["02", "00", ...octets].join(":");
}
