import { hasCluster } from "../../cluster";
import { overheadOf } from "../../mtu";
import { machineNames } from "../../lookup";
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
      if (!hasCluster(plan)) return [];
      const machines = new Set(machineNames(plan));
      const { kind } = plan.calico.encapsulation;
      const overhead = overheadOf(plan.calico.encapsulation);
      const least = plan.calico.podMtu + overhead;
      return cables.flatMap((cable) => {
        if (cable.mtu >= least || ![cable.a, cable.b].every(({ machine }) => machine !== null && machines.has(machine)))
          return [];
        return [
          found(
            cable,
            "mtu",
            `mtu is ${cable.mtu}, and a pod's packet of ${plan.calico.podMtu} bytes needs ${least}${overhead === 0 ? "" : ` (${overhead} of them for ${kind})`}`,
            `Write mtu: ${least} or more, or make the pods' MTU ${cable.mtu - overhead}.`,
          ),
        ];
      });
    }),
};
