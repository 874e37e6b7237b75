import { homeOf } from "../lookup";
import type { HostPlan, InterfaceAddress, LabPlan, NodePlan, ReversePathFilter, SwitchPlan } from "../types";
import { RP_FILTER } from "./interfaces";

/** What must be true of a machine once its files are in force, whatever anybody types on it. */
export interface SystemState {
  readonly hostname: string;
  /** IPv4 addresses of each interface that is the lab's, and the bridge that it is a port of. */
  readonly interfaces: Readonly<
    Record<string, { readonly addresses: readonly string[]; readonly bridge: string | null }>
  >;
  /** Default route of the main table; null where FRR routes. */
  readonly defaultRoute: { readonly via: string; readonly dev: string } | null;
  /** Kernel settings by name: https://docs.kernel.org/networking/ip-sysctl.html */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Units of systemd that are active. */
  readonly services: readonly string[];
  /** Units that are active once kubeadm has made the machine a member of the cluster. */
  readonly memberServices: readonly string[];
  /** Whose firewall rules the machine may have. */
  readonly firewall: "none" | "kubernetes";
}

/** Every machine passes packets on, and each interface has a reverse-path filter of its own: that of `all` would be a floor for pods' and the management network's. */
function forwarding(interfaces: readonly string[], rpFilter: ReversePathFilter): Record<string, string> {
  return {
    "net.ipv4.ip_forward": "1",
    "net.ipv4.conf.all.rp_filter": String(RP_FILTER.off),
    ...Object.fromEntries(interfaces.map((name) => [`net.ipv4.conf.${name}.rp_filter`, String(RP_FILTER[rpFilter])])),
  };
}

/** What must be true of a switch. */
export function switchState(of: SwitchPlan): SystemState {
  const { bridge } = of;
  const ownAddresses = (name: string): readonly InterfaceAddress[] =>
    of.interfaces.find((each) => each.name === name)?.addresses ?? [];
  const ports = of.interfaces.map(({ name }) => name).filter((name) => name !== "lo" && name !== bridge?.name);
  const addressed = [
    ...ports.filter((name) => ownAddresses(name).length > 0),
    ...(bridge === null ? [] : [bridge.name]),
  ];
  return {
    hostname: of.hostname,
    interfaces: Object.fromEntries([
      ["lo", { addresses: [of.loopback], bridge: null }],
      ...ports.map((name) => [
        name,
        { addresses: ownAddresses(name), bridge: bridge?.ports.includes(name) === true ? bridge.name : null },
      ]),
      ...(bridge === null ? [] : [[bridge.name, { addresses: [bridge.address], bridge: null }]]),
    ]) as SystemState["interfaces"],
    defaultRoute: null,
    sysctls: {
      ...forwarding(addressed, of.rpFilter),
      ...(bridge === null ? {} : { [`net.ipv4.conf.${bridge.name}.send_redirects`]: "0" }),
    },
    services: ["frr"],
    memberServices: [],
    firewall: "none",
  };
}

/** Unit of the node image that makes the tunnel where the kernel has none. */
const TUNNEL_UNIT = "fabriclab-tunnel";

/** What must be true of a node or a host. */
export function serverState(of: NodePlan | HostPlan, { calico }: Pick<LabPlan, "calico">): SystemState {
  const { gateway, interface: dev } = homeOf(of);
  const node = of.kind === "node";
  return {
    hostname: of.hostname,
    interfaces: Object.fromEntries(
      of.uplinks.map(({ interface: name, address }) => [name, { addresses: [address], bridge: null }]),
    ),
    defaultRoute: { via: gateway, dev },
    sysctls: forwarding(
      of.uplinks.map(({ interface: name }) => name),
      of.rpFilter,
    ),
    services: node ? ["containerd", ...(calico?.encapsulation.kind === "ipip" ? [TUNNEL_UNIT] : [])] : [],
    memberServices: node ? ["kubelet"] : [],
    firewall: node ? "kubernetes" : "none",
  };
}

/** Replicas that kubeadm gives CoreDNS (https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/#dns). */
const DNS_REPLICAS = 2;

/** Deployments that kubeadm makes, and that nobody else looks after. */
export const KUBEADM_DEPLOYMENTS: readonly {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
}[] = [{ namespace: "kube-system", name: "coredns", replicas: DNS_REPLICAS }];
