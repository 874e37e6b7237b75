/** What people did to labs by hand: each is to be seen by verify, shown by refresh, and brought back by one `up`, or refused with what takes it back. */
import { nodesSpeakBgp } from "../../plan/calico";
import type { HandMadeFault, Places } from "./fault";

const vtysh = (...lines: readonly string[]): string => `vtysh ${lines.map((line) => `-c '${line}'`).join(" ")}`;
const bgpAt = (as: number, ...lines: readonly string[]): string =>
  vtysh("configure terminal", `router bgp ${as}`, ...lines);
const ADMIN = "kubectl --kubeconfig /etc/kubernetes/admin.conf";
const speaksBgp: NonNullable<HandMadeFault["needs"]> = ({ calico }) => nodesSpeakBgp(calico);
const leaf = ({ leaf: name }: Places): string => name;
const spine = ({ spine: name }: Places): string => name;
const worker = ({ worker: name }: Places): string => name;
const controlPlane = ({ controlPlane: name }: Places): string => name;
const half = (prefix: string): string => prefix.replace(/\/\d+$/, "/25");

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
    break: ({ plan }) => vtysh("configure terminal", `ip route ${plan.cluster.podCidr} blackhole`),
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
  },
  {
    title: "zebra stands still",
    on: spine,
    break: () => "pkill -STOP -x watchfrr; pkill -STOP -x zebra",
    shown: /\+ process zebra stands still/,
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
    break: ({ plan, spineAddress }) => `ip route add ${plan.cluster.podCidr} via ${spineAddress}`,
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

/** Cables and machines. */
const MACHINES: readonly HandMadeFault[] = [
  {
    title: "a link down",
    on: leaf,
    break: ({ uplink }) => `ip link set dev ${uplink} down`,
    shown: /leaf\S+-spine\S+/,
  },
  {
    title: "a link's MTU",
    on: worker,
    break: ({ workerPort }) => `ip link set dev ${workerPort} mtu 1300`,
    shown: /fabriclab:index:Link/,
  },
  {
    title: "a cable removed",
    on: leaf,
    break: ({ uplink }) => `ip link del dev ${uplink}`,
    shown: /fabriclab:index:Link/,
  },
  ...(["stop", "pause", "rm -f"] as const).flatMap((how) =>
    (
      [
        ["spine", spine],
        ["leaf", leaf],
        ["worker", worker],
      ] as const
    ).map(([kind, on]): HandMadeFault => ({
      title: `a ${kind}'s machine: docker ${how}`,
      on,
      where: "engine",
      break: (lab) => `docker ${how} ${lab.container(on(lab))}`,
      shown: /fabriclab:index:Machine/,
    })),
  ),
];

/** Objects of Kubernetes and Calico. */
const OBJECTS: readonly HandMadeFault[] = [
  {
    title: "a node's AS",
    on: controlPlane,
    break: ({ worker: name }) => `${ADMIN} annotate node ${name} --overwrite projectcalico.org/ASNumber=64999`,
    shown: /annotation projectcalico\.org\/ASNumber: 64999 =>/,
    needs: speaksBgp,
  },
  {
    title: "a node's rack",
    on: controlPlane,
    break: ({ worker: name }) => `${ADMIN} label node ${name} --overwrite rack=elsewhere`,
    shown: /label rack: elsewhere =>/,
    needs: speaksBgp,
  },
  {
    title: "CoreDNS scaled to nothing",
    on: controlPlane,
    break: () => `${ADMIN} -n kube-system scale deployment coredns --replicas 0`,
    shown: /~ deployment kube-system\/coredns: 0 replicas => 2/,
  },
  {
    title: "calico-kube-controllers scaled to nothing",
    on: controlPlane,
    break: () => `${ADMIN} -n kube-system scale deployment calico-kube-controllers --replicas 0`,
    shown: /calico-kube-controllers/,
  },
  {
    title: "natOutgoing switched",
    on: controlPlane,
    break: () =>
      `${ADMIN} patch ippools.crd.projectcalico.org default-ipv4-ippool --type merge -p "{\\"spec\\":{\\"natOutgoing\\":$(${ADMIN} get ippools.crd.projectcalico.org default-ipv4-ippool -o jsonpath='{.spec.natOutgoing}' | sed 's/true/FALSE/;s/false/true/;s/FALSE/false/')}}"`,
    shown: /default-ipv4-ippool/,
  },
  {
    title: "a BGPPeer removed",
    on: controlPlane,
    break: () => `${ADMIN} delete $(${ADMIN} get bgppeers.crd.projectcalico.org -o name | head -n 1)`,
    shown: /bgppeer/i,
    needs: speaksBgp,
  },
  {
    title: "a service's type",
    on: controlPlane,
    break: ({ plan }) =>
      `${ADMIN} -n ${plan.workload!.namespace} patch service ${plan.workload!.service} -p '{"spec":{"type":"NodePort"}}'`,
    shown: /Service/,
    needs: ({ workload }) => workload !== null,
  },
  {
    title: "a service's selector",
    on: controlPlane,
    break: ({ plan }) =>
      `${ADMIN} -n ${plan.workload!.namespace} patch service ${plan.workload!.service} -p '{"spec":{"selector":{"app":"nobody"}}}'`,
    shown: /Service/,
    needs: ({ workload }) => workload !== null,
  },
  {
    title: "the workload scaled",
    on: controlPlane,
    break: ({ plan }) => `${ADMIN} -n ${plan.workload!.namespace} scale deployment ${plan.workload!.name} --replicas 1`,
    shown: /Deployment/,
    needs: ({ workload }) => workload !== null,
  },
];

/** All of them. */
export const FAULTS: readonly HandMadeFault[] = [...TYPED, ...DAEMONS, ...KERNEL, ...FIREWALL, ...MACHINES, ...OBJECTS];
