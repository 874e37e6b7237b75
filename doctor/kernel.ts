import type { DoctorFinding } from "../common/finding";
import { capture } from "../common/process";
import { shellWord } from "../common/shell-word";
import type { DriverDoctor } from "../provider/drivers/driver";
import { readSetup } from "../pulumi/environment";
import { isSetUp } from "../pulumi/setup-file";

/** A feature of the kernel, tried for real. Lines run in this order in one namespace: later ones may use what earlier ones made. */
interface Feature {
  readonly id: string;
  readonly what: string;
  readonly tool: string;
  readonly attempt: string;
  readonly affects: string;
  /** Whether the default lab needs it. */
  readonly needed: boolean;
  readonly remedy?: string;
}

const OWN_KERNEL = "use a kernel that has it, or machines with their own (kernel: own; docs/kernels.md)";
const LABS = "every lab";

export const FEATURES: readonly Feature[] = [
  {
    id: "veth",
    what: "veth pairs",
    tool: "ip",
    attempt: "ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up",
    affects: LABS,
    needed: true,
  },
  {
    id: "bridge",
    what: "bridge",
    tool: "ip",
    attempt: "ip link add b0 type bridge && ip link set v1 master b0",
    affects: LABS,
    needed: true,
  },
  {
    id: "vxlan",
    what: "VXLAN",
    tool: "ip",
    attempt: "ip link add x0 type vxlan id 4096 dstport 4789",
    affects: "Calico in VXLAN mode (dev, vxlan)",
    needed: true,
  },
  {
    id: "ecmp",
    what: "equal-cost multipath routes",
    tool: "ip",
    attempt:
      "ip addr add 10.9.9.1/24 dev v0 && ip route add 10.8.0.0/16 nexthop via 10.9.9.2 dev v0 nexthop via 10.9.9.3 dev v0",
    affects: "spine/leaf fabrics",
    needed: true,
  },
  {
    id: "overlayfs",
    what: "overlayfs",
    tool: "mount",
    attempt:
      'mount -t tmpfs none "$d" && mkdir "$d"/l "$d"/u "$d"/w "$d"/m && mount -t overlay overlay -o lowerdir="$d"/l,upperdir="$d"/u,workdir="$d"/w "$d"/m',
    affects: "container images inside nodes",
    needed: true,
  },
  {
    id: "iptables",
    what: "iptables with the matches of kube-proxy",
    tool: "iptables",
    attempt:
      "iptables -w -t nat -A POSTROUTING -m comment --comment x -m statistic --mode random --probability 0.5 -j MASQUERADE && iptables --version",
    affects: "Kubernetes services",
    needed: true,
  },
  {
    id: "conntrack",
    what: "connection tracking",
    tool: "iptables",
    attempt: "iptables -w -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
    affects: "Kubernetes services, network policies",
    needed: true,
  },
  {
    id: "nftables",
    what: "nftables",
    tool: "nft",
    attempt: "nft add table inet t && nft add chain inet t c '{ type filter hook input priority 0; }'",
    affects: "kube-proxy in nftables mode",
    needed: false,
  },
  {
    id: "tun",
    what: "TUN devices",
    tool: "ip",
    attempt: "ip tuntap add dev u0 mode tun",
    affects: "links to machines with their own kernel",
    needed: false,
    remedy: "load the module: modprobe tun",
  },
  {
    id: "ipip",
    what: "IP-in-IP tunnels",
    tool: "ip",
    attempt: "ip link add t0 type ipip local 10.9.9.1 remote 10.9.9.2",
    affects: "Calico in IPIP mode (ipip)",
    needed: false,
    remedy: `modprobe ipip; where there is no such module: ${OWN_KERNEL}`,
  },
  {
    id: "dummy",
    what: "dummy interfaces",
    tool: "ip",
    attempt: "ip link add d0 type dummy",
    affects: "kube-proxy in IPVS mode",
    needed: false,
  },
  {
    id: "vlan",
    what: "802.1Q VLANs",
    tool: "ip",
    attempt: "ip link add link v0 name v0.5 type vlan id 5",
    affects: "fabrics with tagged ports",
    needed: false,
  },
  {
    id: "vrf",
    what: "VRFs",
    tool: "ip",
    attempt: "ip link add r0 type vrf table 10",
    affects: "fabrics with VRFs",
    needed: false,
  },
];

/** Tries features and prints a line each: `feature<TAB>ok|no|tool<TAB>last line of output`. */
export function kernelScript(features: readonly Feature[] = FEATURES): string {
  const tries = features.map(({ id, tool, attempt }) => `try ${id} ${tool} ${shellWord(attempt)}`).join("\n");
  return `PATH=$PATH:/usr/sbin:/sbin
d=$(mktemp -d); trap 'umount -R "$d" 2>/dev/null; rmdir "$d"' EXIT
[ -e /dev/net/tun ] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; } 2>/dev/null
try() { command -v "$2" >/dev/null || { printf '%s\\ttool\\t%s\\n' "$1" "$2"; return; }
  if out=$(eval "$3" 2>&1); then r=ok; else r=no; fi; printf '%s\\t%s\\t%s\\n' "$1" $r "$(printf %s "$out" | tail -n 1)"; }
${tries}
`;
}

export function parseKernel(printed: string, where: string, features: readonly Feature[] = FEATURES): DoctorFinding[] {
  const seen = new Map(
    printed.split("\n").flatMap((line) => {
      const [id, result, detail] = line.replace(/\r$/, "").split("\t");
      return id !== undefined && result !== undefined ? [[id, { result, detail: detail ?? "" }] as const] : [];
    }),
  );
  return features.map((feature): DoctorFinding => {
    const { id, what, affects, needed } = feature;
    const found = seen.get(id);
    if (found?.result === "ok")
      return {
        area: "kernel",
        what,
        status: "ok",
        seen: found.detail === "" ? `works (${where})` : found.detail,
        affects: "",
        remedy: "",
      };
    if (found?.result === "no")
      return {
        area: "kernel",
        what,
        status: needed ? "fail" : "missing",
        seen: found.detail === "" ? "refused" : found.detail,
        affects,
        remedy: feature.remedy ?? OWN_KERNEL,
      };
    return {
      area: "kernel",
      what,
      status: "unknown",
      seen: found?.result === "tool" ? `not tried: no ${found.detail}` : "not tried",
      affects: "",
      remedy: "run fabriclab setup first: its images have the tools to try with",
    };
  });
}

/**
 * Tries the kernel in a throwaway network namespace: where a driver would run a machine, once set-up has made its image, else in a namespace of this
 * process's own if we are root.
 */
export async function kernel(root: string, doctors: readonly DriverDoctor[]): Promise<DoctorFinding[]> {
  const image = machineImage(root);
  for (const each of doctors) {
    const tried = image === null ? null : await each.attempt(kernelScript(), image);
    if (tried !== null) return parseKernel(tried.printed, tried.where);
  }
  if (process.getuid?.() === 0) {
    const tried = await capture("unshare", ["-n", "-m", "sh", "-c", kernelScript()], {
      cwd: "/",
      env: process.env,
    }).catch(() => null); // no such program: nothing was tried
    if (tried !== null && tried.stdout !== "") return parseKernel(tried.stdout, "in a namespace");
  }
  return parseKernel("", "");
}

/** An image that every set-up makes; null before set-up. */
function machineImage(root: string): string | null {
  return isSetUp(root) ? readSetup(root).images.switch : null;
}
