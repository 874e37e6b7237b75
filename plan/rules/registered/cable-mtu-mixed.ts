import { found, type RegisteredRule } from "./registered-rule";

export const cableMtuMixed: RegisteredRule = {
  name: "link-mtu-mixed",
  title: "The Links of a machine have one MTU",
  severity: "warning",
  scope: "stack",
  source: "RFC 1191; RFC 4821, section 1",
  why: "A router between two MTUs drops what is too large, and a sender that doesn't hear of it sends it again and again.",
  check: ({ cables }) =>
    cables.flatMap((cable) => {
      const wider = cables.find((other) => other.mtu > cable.mtu && shared(cable, other) !== undefined);
      if (wider === undefined) return [];
      return [
        found(
          cable,
          "mtu",
          `mtu is ${cable.mtu}, and ${wider.resource}, also a Link of ${shared(cable, wider)}, has ${wider.mtu}`,
          `Write mtu: ${wider.mtu} here too, or the smaller one on every Link.`,
        ),
      ];
    }),
};

type Ends = { readonly a: { readonly machine: string | null }; readonly b: { readonly machine: string | null } };

/** Machine that two Links have in common. */
function shared(one: Ends, other: Ends): string | undefined {
  const others = [other.a.machine, other.b.machine];
  return [one.a.machine, one.b.machine].find(
    (machine): machine is string => machine !== null && others.includes(machine),
  );
}
