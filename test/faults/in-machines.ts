/** What people typed on a machine: statements of FRR, daemons, the kernel, firewalls. */
import type { HandMadeFault } from "./fault";
import { half, leaf, speaksBgp, spine, worker } from "./where";

const vtysh = (...lines: readonly string[]): string => `vtysh ${lines.map((line) => `-c '${line}'`).join(" ")}`;
const bgpAt = (as: number, ...lines: readonly string[]): string =>
  vtysh("configure terminal", `router bgp ${as}`, ...lines);

/** Statements typed into vtysh. */
const TYPED: readonly HandMadeFault[] = [
  {
    title: "a neighbor typed into vtysh",
    on: leaf,
    break: ({ leafAs, gateway }) => bgpAt(leafAs, `neighbor ${gateway.replace(/\d+$/, "250")} remote-as 64999`),
    shown: /\+ FRR: router bgp \d+ \/ neighbor \S+ remote-as 64999/,
  },
  {
    title: "a session shut down",
    on: leaf,
    break: ({ leafAs, spineAddress }) => bgpAt(leafAs, `neighbor ${spineAddress} shutdown`),
    shown: /\+ FRR: .* shutdown/,
  },
  {
    title: "a neighbor removed",
    on: spine,
    break: ({ spineAs, leafAddress }) => bgpAt(spineAs, `no neighbor ${leafAddress}`),
    shown: /- FRR: router bgp \d+ \/ neighbor \S+ remote-as/,
  },
  {
    title: "maximum-paths 1",
    on: leaf,
    break: ({ leafAs }) => bgpAt(leafAs, "address-family ipv4 unicast", "maximum-paths 1"),
    shown: /\+ FRR: .* maximum-paths 1/,
  },
  {
    title: "timers of a session",
    on: leaf,
    break: ({ leafAs, spineAddress }) => bgpAt(leafAs, `neighbor ${spineAddress} timers 60 180`),
    shown: /\+ FRR: .* timers 60 180/,
  },
  {
    title: "a wrong AS",
    on: spine,
    break: ({ spineAs, leafAddress }) => bgpAt(spineAs, `neighbor ${leafAddress} remote-as 65199`),
    shown: /\+ FRR: .* remote-as 65199/,
  },
  {
    title: "a prefix list that denies",
    on: leaf,
    break: ({ leafAs, spineAddress, farSubnet }) =>
      `${vtysh("configure terminal", `ip prefix-list typed seq 5 deny ${farSubnet}`, "ip prefix-list typed seq 10 permit any")} && ${bgpAt(leafAs, "address-family ipv4 unicast", `neighbor ${spineAddress} prefix-list typed in`)}`,
    shown: /\+ FRR: ip prefix-list typed seq 5 deny/,
  },
  {
    title: "a local preference",
    on: leaf,
    break: ({ leafAs, spineAddress }) =>
      `${vtysh("configure terminal", "route-map typed permit 10", "set local-preference 200")} && ${bgpAt(leafAs, "address-family ipv4 unicast", `neighbor ${spineAddress} route-map typed in`)}`,
    shown: /\+ FRR: route-map typed permit 10/,
  },
  {
    title: "a more specific announcement",
    on: spine,
    break: ({ spineAs, farSubnet }) =>
      `${vtysh("configure terminal", `ip route ${half(farSubnet)} blackhole`)} && ${bgpAt(spineAs, "address-family ipv4 unicast", `network ${half(farSubnet)}`)}`,
    shown: /\+ FRR: .* network \S+\/25/,
  },
  {
    title: "a network taken back",
    on: leaf,
    break: ({ leafAs, gateway, gatewayLength }) =>
      bgpAt(leafAs, "address-family ipv4 unicast", `no network ${gateway.replace(/\d+$/, "0")}/${gatewayLength}`),
    shown: /- FRR: .* network /,
  },
  {
    title: "a static route in FRR",
    on: spine,
    break: ({ podRange }) => vtysh("configure terminal", `ip route ${podRange} blackhole`),
    shown: /\+ FRR: ip route \S+ blackhole/,
  },
  {
    title: "the whole of BGP removed",
    on: spine,
    break: ({ spineAs }) => vtysh("configure terminal", `no router bgp ${spineAs}`),
    shown: /- FRR: router bgp/,
  },
];

/** Files and daemons. */
const DAEMONS: readonly HandMadeFault[] = [
  {
    title: "frr.conf changed on disk and not loaded",
    on: leaf,
    break: ({ leafAs }) => `sed -i 's/router bgp ${leafAs}/router bgp 65109/' /etc/frr/frr.conf`,
    shown: /\+ \/etc\/frr\/frr\.conf: router bgp 65109/,
  },
  {
    title: "frr.conf removed",
    on: spine,
    break: () => "rm /etc/frr/frr.conf",
    shown: /- file \/etc\/frr\/frr\.conf/,
  },
  {
    title: "the interfaces file changed",
    on: worker,
    break: () => "echo '    mtu 1300' >>/etc/network/interfaces",
    shown: /\+ \/etc\/network\/interfaces: mtu 1300/,
  },
  { title: "FRR stopped", on: spine, break: () => "systemctl stop frr", shown: /~ service frr: \S+ => active/ },
  {
    title: "bgpd stands still",
    on: leaf,
    break: () => "pkill -STOP -x watchfrr; pkill -STOP -x bgpd",
    shown: /\+ process bgpd stands still/,
    mendedBy: "watchfrr (it restarts a daemon that does not answer)",
  },
  {
    title: "zebra stands still",
    on: spine,
    break: () => "pkill -STOP -x watchfrr; pkill -STOP -x zebra",
    shown: /\+ process zebra stands still/,
    mendedBy: "watchfrr (it restarts a daemon that does not answer)",
  },
  {
    title: "kubelet stopped",
    on: worker,
    break: () => "systemctl stop kubelet",
    shown: /~ service kubelet: \S+ => active/,
  },
  {
    title: "containerd stopped",
    on: worker,
    break: () => "systemctl stop containerd",
    shown: /~ service containerd: \S+ => active/,
  },
  {
    title: "BIRD stands still",
    on: worker,
    break: () => "pkill -STOP -x bird",
    shown: /\+ process bird stands still/,
    needs: speaksBgp,
  },
];

/** The kernel. */
const KERNEL: readonly HandMadeFault[] = [
  {
    title: "a second address",
    on: worker,
    break: ({ workerPort }) => `ip addr add 10.99.99.9/24 dev ${workerPort}`,
    shown: /\+ \S+: address 10\.99\.99\.9\/24/,
  },
  {
    title: "the bridge's address removed",
    on: leaf,
    break: ({ gateway, gatewayLength }) => `ip addr del ${gateway}/${gatewayLength} dev bridge`,
    shown: /- bridge: address/,
  },
  {
    title: "an uplink's address removed",
    on: leaf,
    break: ({ uplink }) => `ip -4 addr flush dev ${uplink}`,
    shown: /- \S+: address/,
  },
  {
    title: "the loopback moved",
    on: spine,
    break: () =>
      "ip -4 addr show dev lo scope global | awk '/inet/ { print $2 }' | xargs -I@ ip addr del @ dev lo; ip addr add 172.16.255.99/32 dev lo",
    shown: /\+ lo: address 172\.16\.255\.99\/32/,
  },
  {
    title: "a port taken off the bridge",
    on: leaf,
    break: () => "ip link set dev $(ls /sys/class/net/bridge/brif | head -n 1) nomaster",
    shown: /- \S+: port of bridge/,
    mendedBy: "the machine's own monitor of cables",
  },
  { title: "the bridge down", on: leaf, break: () => "ip link set dev bridge down", shown: /~ bridge: down => up/ },
  {
    title: "ip_forward off",
    on: leaf,
    break: () => "sysctl -q -w net.ipv4.ip_forward=0",
    shown: /~ sysctl net\.ipv4\.ip_forward: 0 => 1/,
  },
  {
    title: "rp_filter strict",
    on: leaf,
    break: ({ uplink }) => `sysctl -q -w net.ipv4.conf.${uplink}.rp_filter=1`,
    shown: /~ sysctl net\.ipv4\.conf\.\S+\.rp_filter: 1 =>/,
  },
  {
    title: "rp_filter strict on all",
    on: worker,
    break: () => "sysctl -q -w net.ipv4.conf.all.rp_filter=1",
    shown: /~ sysctl net\.ipv4\.conf\.all\.rp_filter: 1 => 0/,
  },
  { title: "the hostname", on: leaf, break: () => "hostname somebody", shown: /~ hostname: somebody =>/ },
  {
    title: "one of two next hops removed",
    on: leaf,
    break: ({ farSubnet, spineAddress, uplink }) =>
      `ip route replace ${farSubnet} via ${spineAddress} dev ${uplink} proto bgp metric 20`,
    shown: /~ kernel route /,
  },
  {
    title: "a kernel route of FRR removed",
    on: leaf,
    break: ({ farSubnet }) =>
      `ip link show bridge >/dev/null; while ip route del ${farSubnet} 2>/dev/null; do :; done; ip route add blackhole ${farSubnet}`,
    shown: /\+ kernel route blackhole/,
  },
  {
    title: "a static route in the kernel",
    on: leaf,
    break: ({ farSubnet, spineAddress }) => `ip route add ${half(farSubnet)} via ${spineAddress}`,
    shown: /\+ kernel route \S+\/25 via/,
  },
  {
    title: "a static route over the pods",
    on: leaf,
    break: ({ podRange, spineAddress }) => `ip route add ${podRange} via ${spineAddress}`,
    shown: /\+ kernel route /,
  },
  {
    title: "a server's default route removed",
    on: worker,
    break: () => "ip route del default",
    shown: /- kernel route default/,
  },
  {
    title: "a server's default route changed",
    on: worker,
    break: ({ workerPort, workerGateway }) =>
      `ip route replace default via ${workerGateway.replace(/\d+$/, "200")} dev ${workerPort}`,
    shown: /\+ kernel route default via \S+\.200/,
  },
  {
    title: "an ip rule to another table",
    on: leaf,
    break: ({ spineAddress, uplink }) =>
      `ip rule add priority 100 table 100; ip route add default via ${spineAddress} dev ${uplink} table 100`,
    shown: /\+ ip rule 100: from all lookup 100/,
  },
];

const dropped = (title: string, on: HandMadeFault["on"], rule: string): HandMadeFault => ({
  title,
  on,
  break: () => `iptables ${rule}`,
  shown: /\+ iptables -t \w+ -A /,
});

/** Firewalls. */
const FIREWALL: readonly HandMadeFault[] = [
  dropped("BGP dropped on a switch", leaf, "-I INPUT -p tcp --dport 179 -j DROP"),
  dropped("ICMP dropped on a switch", spine, "-I FORWARD -p icmp -j DROP"),
  dropped("TCP 80 dropped on a switch", spine, "-I FORWARD -p tcp --dport 80 -j DROP"),
  dropped("DNS dropped on a node", worker, "-I FORWARD -p udp --dport 53 -j DROP"),
  dropped(
    "everything of one address dropped on a node",
    worker,
    '-t raw -I PREROUTING -s 198.51.100.7 -m comment --comment "two words" -j DROP',
  ),
  {
    title: "a policy of the firewall",
    on: spine,
    break: () => "iptables -P FORWARD DROP",
    shown: /~ iptables -t filter: policy of FORWARD DROP => ACCEPT/,
  },
  {
    title: "a table of nftables",
    on: leaf,
    break: () =>
      "nft add table inet typed && nft add chain inet typed f '{ type filter hook forward priority 0; }' && nft add rule inet typed f icmp type echo-request drop",
    shown: /\+ nftables table inet typed/,
  },
];

export const IN_MACHINES: readonly HandMadeFault[] = [...TYPED, ...DAEMONS, ...KERNEL, ...FIREWALL];
