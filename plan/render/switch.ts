import type { LabPlan } from "../types";
import { frrConfig, type SwitchSecrets } from "./frr";
import { homeOf, nodesOf, switchOf } from "../lookup";
import { switchInterfaces } from "./interfaces";
import type { Files } from "./text";

/** The files that make a machine this switch: apply the first with `ifreload -a`, the second with `frr-reload.py --reload`. */
export function switchFiles(plan: LabPlan, name: string, secrets: SwitchSecrets = { bgpPassword: null }): Files {
  const of = switchOf(plan, name);
  const listeners = nodesOf(plan).filter((node) => homeOf(node).leaf === name).length;
  return { "/etc/network/interfaces": switchInterfaces(of), "/etc/frr/frr.conf": frrConfig(of, secrets, listeners) };
}
