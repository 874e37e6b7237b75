import { textOf, type Facts } from "../facts";
import type { WantedSystem } from "../wanted";
import { drift, type Drift } from "./drift";

/** Chains that the kernel has by itself, and whose policy is to accept. */
const BUILT_IN = ["INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING"];

/**
 * Rules that programs of the lab put into the kernel's own chains: the container engine's, for its resolver, and where Kubernetes runs, those of kubelet,
 * kube-proxy, CNI plugins and Felix. Felix and kube-proxy look after what is behind them by themselves.
 */
const ENGINE = /(?:-j|-g) DOCKER_/;
const KUBERNETES = /(?:-j|-g) (?:KUBE-|CNI-|cali-)|--comment "?cali:/;

/** Deletes a rule: the table, and the rule as `iptables-save` writes it. xargs reads its quotes, so that no shell reads its words. */
const DELETE = 'printf "%s\\n" "$2" | xargs iptables -t "$1" -D';

/** Tables of nftables that iptables and programs of the lab make. */
const KNOWN_TABLES = ["filter", "nat", "mangle", "raw", "security", "kube-proxy", "calico"];

/** Firewall rules that are not the lab's, and policies of the kernel's own chains that don't accept. */
export function firewallDrift(facts: Facts, wanted: WantedSystem): Drift[] {
  const allowed = (rule: string): boolean =>
    ENGINE.test(rule) || (wanted.firewall === "kubernetes" && KUBERNETES.test(rule));
  let table = "";
  const found: Drift[] = [];
  for (const line of (textOf(facts, "firewall") ?? "").split("\n")) {
    const [first = "", second = ""] = line.split(" ");
    if (first.startsWith("*")) table = first.slice(1);
    else if (first.startsWith(":") && BUILT_IN.includes(first.slice(1)) && second !== "ACCEPT")
      found.push(
        drift(
          `~ iptables -t ${table}: policy of ${first.slice(1)} ${second} => ACCEPT`,
          ...["iptables", "-t", table, "-P", first.slice(1), "ACCEPT"],
        ),
      );
    else if (first === "-A" && BUILT_IN.includes(second) && !allowed(line))
      found.push(drift(`+ iptables -t ${table} ${line}`, "sh", "-c", DELETE, "sh", table, line.slice("-A ".length)));
  }
  return [...found, ...foreignTables(facts)];
}

function foreignTables(facts: Facts): Drift[] {
  return (textOf(facts, "tables") ?? "")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([word, , name]) => word === "table" && name !== undefined && !KNOWN_TABLES.includes(name))
    .map(([, family = "", name = ""]) =>
      drift(`+ nftables table ${family} ${name}`, "nft", "delete", "table", family, name),
    );
}
