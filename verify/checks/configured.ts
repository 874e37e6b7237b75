import type { Aspect } from "../../configuration/drift";
import { differencesOn, machinesWith } from "../facts/configuration";
import { eachOf, equal } from "../rows";
import type { Check } from "../types";

/** What every machine is meant to be, compared with what it is: the comparison by which `fabriclab refresh` shows what was changed by hand. */
function configured(id: Aspect, title: string, needs?: string): Check {
  return {
    id,
    title,
    ...(needs === undefined ? {} : { needs }),
    run: (lab) =>
      eachOf(
        machinesWith(lab.plan, id),
        ({ name }) => name,
        async (of) => {
          const found = await differencesOn(lab, of, id);
          return [equal(of.name, "as planned", found.length === 0 ? "as planned" : found.join("; "))];
        },
      ),
  };
}

/** Units of systemd are active, and no process was stopped by a signal. */
export const servicesRun = configured("services", "Services and daemons run");

/** Kernel settings, addresses, bridges, routes that no program put there, rules of the routing policy. */
export const kernelState = configured("kernel", "Kernel: settings, addresses, routes by hand, rules");

export const firewallRules = configured("firewall", "No firewall rule but those of the lab's programs");

export const filesWritten = configured("files", "Files are as written");

export const runningConfig = configured("running-config", "FRR runs what its file says (show running-config)");

/** Annotations and labels that Calico reads of a BGP speaker. */
export const nodeMarks = configured(
  "node-marks",
  "Nodes have their AS number, rack and cluster ID",
  "nodes that speak BGP",
);
