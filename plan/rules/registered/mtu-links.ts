import { found, type RegisteredRule } from "./registered-rule";

export const mtuLinks: RegisteredRule = {
  name: "calico-mtu",
  title: "MTUs that Calico is given fit the links of the lab",
  severity: "error",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/networking/configuring/mtu",
  calico: "3.28",
  why: "Pings pass and large packets vanish: with its outer header a full packet is larger than the link takes.",
  check: ({ mtus, labs }) => {
    const least = Math.min(...labs.flatMap(({ plan }) => plan.links.map(({ mtu }) => mtu)));
    return mtus.flatMap((each) => {
      const room = least - each.overhead;
      if (each.mtu <= room) return [];
      const header = each.overhead === 0 ? "" : `, ${each.overhead} of which the outer header takes`;
      return [
        found(
          each,
          each.path,
          `${each.path} is ${each.mtu}, and the lab's links take ${least}${header}`,
          `Write ${room} or less, or leave it out: Calico finds the right one by itself.`,
        ),
      ];
    });
  },
};
