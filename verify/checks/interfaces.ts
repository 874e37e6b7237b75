import { eachOf, equal, list } from "../rows";
import type { Check } from "../types";

/**
 * ifupdown2's own comparison, which does not look whether an interface is up: flag 1 of the kernel (IFF_UP) is asked for beside it, and told in the same
 * form.
 */
const COMMAND = `ifquery -a --check 2>&1; s=$?
for i in $(awk '$1 == "auto" { print $2 }' /etc/network/interfaces); do
  [ $(($(cat /sys/class/net/$i/flags 2>/dev/null || echo 0) & 1)) -eq 1 ] || { echo "$i is down [fail]"; s=1; }
done
exit $s`;

/** Lines of `ifquery --check` that say that the running interface differs: "    mtu   9216   [fail]". */
export function differences(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.includes("[fail]"))
    .map((line) => line.replace("[fail]", "").trim().replace(/\s+/g, " "));
}

/** The running interfaces are what /etc/network/interfaces says, and up. */
export const interfaces: Check = {
  id: "interfaces",
  title: "Interfaces are as configured (ifquery --check)",
  run: (lab) =>
    eachOf(
      [...lab.plan.switches, ...lab.plan.nodes],
      (machine) => machine.name,
      async ({ name }) => {
        const result = await lab.run(name, COMMAND);
        if (result.code === 0) return [equal(name, "no difference", "no difference")];
        const found = differences(result.stdout);
        return [
          {
            subject: name,
            expected: "no difference",
            seen: found.length > 0 ? list(found) : (result.stdout.trim().split("\n").at(-1) ?? `status ${result.code}`),
            ok: false,
          },
        ];
      },
    ),
};
