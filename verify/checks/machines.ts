import { machinesOf } from "../../plan/lookup";
import { output } from "../access";
import { eachOf, equal, asFinding } from "../rows";
import type { Check } from "../types";

/** Every machine answers by SSH and is the one meant. */
export const machines: Check = {
  id: "machines",
  title: "Machines answer",
  run: async (lab) => {
    const rows = await eachOf(
      machinesOf(lab.plan),
      (machine) => machine.name,
      async (machine) => [equal(machine.name, machine.hostname, (await output(lab, machine.name, "hostname")).trim())],
    );
    return rows.map(asFinding);
  },
};
