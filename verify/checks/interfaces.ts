import { machinesOf } from "../../plan/lookup";
import { eachOf, equal, list } from "../rows";
import type { Check } from "../types";

const COMMAND = "ifquery -a --check 2>&1";

/** Lines of `ifquery --check` that say that the running interface differs: "    mtu   9216   [fail]". */
export function differences(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.includes("[fail]"))
    .map((line) => line.replace("[fail]", "").trim().replace(/\s+/g, " "));
}

/** The running interfaces are what /etc/network/interfaces says (ifupdown2's own comparison). */
export const interfaces: Check = {
  id: "interfaces",
  title: "Interfaces are as configured (ifquery --check)",
  run: (lab) =>
    eachOf(
      machinesOf(lab.plan),
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
