/** Parts of an `up`, by the resources whose creation ends them. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ["machines", /^fabriclab:index:Machine /], ["wiring", /^fabriclab:index:Link /], ["configured", /^command:remote:Command \S+-(config|network) /],
  ["init", /^command:remote:Command kubeadm-init /], ["joins", /^command:remote:Command \S+-join /], ["calico", /^kubernetes:apps\/v1:\w+ (daemonset|deployment)-calico/],
];

/**
 * Longest creation time of each part, from the engine's progress lines ("+ TYPE NAME created (4s)"). Parts overlap: a node's machine is made while a
 * switch is configured.
 */
export function phases(output: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of output.split("\n")) {
    const match = /^\s*\+\s+(\S+ \S+ )created \((?:(\d+)m)?([\d.]+)s\)/.exec(line);
    if (match === null) continue;
    const part = PARTS.find(([, pattern]) => pattern.test(match[1]!));
    const time = Number(match[2] ?? 0) * 60 + Number(match[3]);
    if (part !== undefined) found[part[0]] = Math.max(found[part[0]] ?? 0, time);
  }
  return found;
}
