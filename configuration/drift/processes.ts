import { textOf, type Facts } from "../facts";
import type { WantedSystem } from "../wanted";
import { drift, type Drift } from "./drift";
import { lacksAddress } from "./interfaces";

/** Processes that a signal has stopped: they go on. Until then their daemons answer nobody. */
export function stoppedProcessDrift(facts: Facts): Drift[] {
  return (textOf(facts, "standing-still") ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [pid = "", ...name] = line.split(" ");
      return drift(`+ process ${name.join(" ")} stands still (SIGSTOP)`, "kill", "-CONT", pid);
    });
}

/** Whether kubeadm has made the machine a member of a cluster. */
const isMember = (facts: Facts): boolean => facts.get("member")?.status === 0;

/** Units of systemd that are not active. */
export function serviceDrift(facts: Facts, wanted: WantedSystem): Drift[] {
  return [...wanted.services, ...(isMember(facts) ? wanted.memberServices : [])].flatMap((unit) => {
    const seen = facts.get(`service:${unit}`)?.text;
    // A unit that is starting is on its way; the next look tells.
    return seen === undefined || ["active", "activating", "reloading"].includes(seen)
      ? []
      : [drift(`~ service ${unit}: ${seen} => active`, "systemctl", "restart", unit)];
  });
}

const KUBELET = "kubelet";

/**
 * A node without its address has pods that failed: etcd and the API server listen on it. Kubelet waits longer after each failure, up to five minutes
 * (Kubernetes, "Pod Lifecycle", container restart policy). A kubelet that starts anew tries at once, and leaves pods that run alone.
 */
export function backOffDrift(facts: Facts, wanted: WantedSystem): Drift[] {
  if (!lacksAddress(facts, wanted) || !isMember(facts) || !wanted.memberServices.includes(KUBELET)) return [];
  const says = `~ service ${KUBELET}: waits for pods that failed without the address => tries at once`;
  return [drift(says, "systemctl", "restart", KUBELET)];
}

export function hostnameDrift(facts: Facts, wanted: WantedSystem): Drift[] {
  const seen = textOf(facts, "hostname");
  return seen === null || seen === wanted.hostname
    ? []
    : [drift(`~ hostname: ${seen} => ${wanted.hostname}`, "hostname", wanted.hostname)];
}

export function sysctlDrift(facts: Facts, wanted: WantedSystem): Drift[] {
  return Object.entries(wanted.sysctls).flatMap(([name, value]) => {
    const seen = textOf(facts, `sysctl:${name}`);
    return seen === null || seen === value
      ? []
      : [drift(`~ sysctl ${name}: ${seen} => ${value}`, "sysctl", "-q", "-w", `${name}=${value}`)];
  });
}
