/** Faults made by hand on a running lab, and which checks of `fabriclab verify` must find each: those, and no other. */
import { setTimeout as sleep } from "node:timers/promises";
import { openLab, type DeployedLab } from "../../pulumi/lab";
import { verifyLab, type Report } from "../../verify";
import { output, SshAccess } from "../../verify/access";
import { root } from "./support";

export interface Fault {
  readonly title: string;
  readonly machine: string;
  /** Shell text that breaks something on the machine. */
  readonly command: string;
  /** Shell text that takes it back. */
  readonly undo: string;
  /** Ids of the checks that find it, in the order of the alphabet. */
  readonly found: readonly string[];
}

/**
 * Checks that see a session of the fabric go: a switch is no longer told of prefixes by one neighbor, and takes, and tells the nodes, a longer way. The
 * tables (`tables`) keep their size: every prefix is still known from the other side.
 */
const SESSION_LOST = ["forwarding", "node-tables", "outcome", "prefixes", "sessions"] as const;
/** One that ends because of what somebody typed into vtysh: what runs is not what the file says, either. */
const SESSION_TYPED_AWAY = [...SESSION_LOST, "running-config"].sort();

const vtysh = (...lines: readonly string[]): string => `vtysh ${lines.map((line) => `-c '${line}'`).join(" ")}`;
const configure = (router: number, ...lines: readonly string[]): string =>
  vtysh("configure terminal", `router bgp ${router}`, ...lines);

/** Nobody restarts BIRD while the process that watches over it stands still. */
const BIRD = 'runsv=$(pgrep -o -f "^runsv bird$")';

const sorted = (...checks: readonly string[]): string[] => [...checks].sort();

/** Faults of the bgp lab. */
export const BGP_FAULTS: readonly Fault[] = [
  {
    title: "route deleted",
    machine: "k8s-node-l2-1",
    command: "ip route del default",
    undo: "ip route add default via 10.0.102.1 dev eth1",
    found: ["forwarding", "kernel"],
  },
  {
    title: "session cut",
    machine: "spine1",
    command: configure(65001, "neighbor 172.16.0.1 shutdown"),
    undo: configure(65001, "no neighbor 172.16.0.1 shutdown"),
    found: SESSION_TYPED_AWAY,
  },
  {
    title: "MTU changed",
    machine: "k8s-node-l2-1",
    command: "ip link set dev eth1 mtu 1400",
    // Whoever was told meanwhile that a packet was too long would remember it for ten minutes (ip-sysctl, mtu_expires).
    undo: `ip link set dev eth1 mtu $(ifquery eth1 | awk '$1 == "mtu" { print $2 }')
ip route flush cache; for pod in $(ls /run/netns); do ip -n $pod route flush cache; done`,
    found: ["interfaces", "pod-mtu"],
  },
  {
    title: "BIRD killed",
    machine: "k8s-node-l2-1",
    command: `${BIRD}; kill -STOP $runsv; pkill -KILL -x bird`,
    undo: `${BIRD}; kill -CONT $runsv`,
    found: sorted("node-bgp", "node-tables", "services", "sessions"),
  },
  {
    title: "wrong AS",
    machine: "spine2",
    command: configure(65002, "neighbor 172.16.0.7 remote-as 65199"),
    undo: configure(65002, "neighbor 172.16.0.7 remote-as 65102"),
    found: SESSION_TYPED_AWAY,
  },
  {
    title: "extra neighbor",
    machine: "leaf1",
    command: configure(65101, "neighbor 10.0.101.250 remote-as 64999"),
    undo: configure(65101, "no neighbor 10.0.101.250"),
    found: ["running-config", "sessions"],
  },
  {
    title: "endpoint gone",
    machine: "k8s-master-l1-1",
    command: "kubectl --kubeconfig /etc/kubernetes/admin.conf -n space1 scale deployment nginx-deployment --replicas 1",
    undo: "kubectl --kubeconfig /etc/kubernetes/admin.conf -n space1 scale deployment nginx-deployment --replicas 2",
    // Nothing can be sent to a pod that is not there: the checks that send say that they were not made.
    found: ["workload"],
  },
  {
    title: "address moved",
    machine: "spine2",
    command: "ip addr del 172.16.255.2/32 dev lo && ip addr add 172.16.255.99/32 dev lo",
    undo: "ip addr del 172.16.255.99/32 dev lo && ip addr add 172.16.255.2/32 dev lo",
    found: sorted("forwarding", "interfaces", "kernel", "node-tables", "outcome", "prefixes", "tables"),
  },
  {
    title: "interface down",
    machine: "leaf2",
    command: "ip link set dev swp51 down",
    undo: "ip link set dev swp51 up",
    found: sorted(...SESSION_LOST, "interfaces"),
  },
];

/** Faults that only a lab with an overlay can have. */
export const VXLAN_FAULTS: readonly Fault[] = [
  {
    title: "encapsulation port blocked",
    machine: "k8s-node-l2-1",
    command: "iptables -t raw -I PREROUTING -i eth1 -p udp --dport 4789 -j DROP",
    undo: "iptables -t raw -D PREROUTING -i eth1 -p udp --dport 4789 -j DROP",
    found: sorted("dns", "encapsulation", "firewall", "pod-mtu", "pod-paths", "service"),
  },
];

/** Ids of checks that found a difference, sorted: those that could not be made have found nothing. */
export const failedIn = (checks: Report["checks"]): string[] =>
  checks.flatMap(({ id, ok, untested }) => (ok || untested ? [] : [id])).sort();

/** How long a fault may take to show in all places, and the lab to be whole again. */
const LIMIT_MS = 30_000;

/** A lab that is broken and looked at. */
export class Patient {
  private constructor(
    private readonly lab: DeployedLab,
    private readonly access: SshAccess,
  ) {}

  static async open(stack: string): Promise<Patient> {
    const lab = await openLab(root, stack);
    return new Patient(lab, new SshAccess(lab.plan, lab.machines));
  }

  /**
   * Breaks the lab, and mends it again.
   *
   * @returns ids of the checks that fail, sorted: as soon as they are the ones that should, else those of the last look
   */
  async suffer(fault: Fault): Promise<string[]> {
    await output(this.access, fault.machine, fault.command);
    try {
      return await this.look(fault.found);
    } finally {
      await output(this.access, fault.machine, fault.undo);
    }
  }

  /** @throws Error with the rows that differ, when the lab does not become whole */
  async mustBeWhole(): Promise<void> {
    const report = await this.verify(LIMIT_MS / 1000);
    const wrong = report.checks.flatMap(({ id, rows }) => rows.filter((row) => !row.ok).map((row) => ({ id, ...row })));
    if (wrong.length > 0) throw new Error(`the lab is not whole again: ${JSON.stringify(wrong.slice(0, 10), null, 1)}`);
  }

  async close(): Promise<void> {
    await this.access.close();
  }

  /** Ids of the checks that fail, sorted, as soon as they are those that are wanted; those of the last look after a while. */
  private async look(wanted: readonly string[]): Promise<string[]> {
    const deadline = Date.now() + LIMIT_MS;
    for (;;) {
      const { checks } = await this.verify(0);
      const failed = failedIn(checks);
      if (failed.join() === wanted.join() || Date.now() > deadline) return failed;
      await sleep(500);
    }
  }

  private verify(wait: number): Promise<Report> {
    return verifyLab({ plan: this.lab.plan, machines: this.lab.machines, options: { wait } });
  }
}
