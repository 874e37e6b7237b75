import { machineNames } from "../../lookup";
import { VXLAN_OVERHEAD } from "../../mtu";
import { found, type RegisteredRule } from "./registered-rule";

export const cableMtu: RegisteredRule = {
  name: "link-mtu",
  title: "Every Link between a lab's machines carries a pod's largest packet",
  severity: "error",
  scope: "stack",
  source: "RFC 7348, section 4.3; https://docs.tigera.io/calico/3.28/networking/configuring/mtu",
  why: "Pings pass and large packets vanish: encapsulated ones may not be fragmented.",
  check: ({ cables, labs }) =>
    labs.flatMap(({ plan }) => {
      const machines = new Set(machineNames(plan));
      const overhead = plan.calico.mode === "vxlan" ? VXLAN_OVERHEAD : 0;
      const least = plan.calico.podMtu + overhead;
      return cables.flatMap((cable) => {
        if (cable.mtu >= least || ![cable.a, cable.b].every(({ machine }) => machine !== null && machines.has(machine)))
          return [];
        return [
          found(
            cable,
            "mtu",
            `mtu is ${cable.mtu}, and a pod's packet of ${plan.calico.podMtu} bytes needs ${least} (${overhead} of them for ${plan.calico.mode})`,
            `Write mtu: ${least} or more, or make the pods' MTU ${cable.mtu - overhead}.`,
          ),
        ];
      });
    }),
};
