import { writtenSessionsOf } from "./common/speakers";
import { clashes, defineRule } from "./rule";

export const duplicateNeighbor = defineRule({
  name: "duplicate-neighbor",
  title: "A router names a neighbor once",
  severity: "error",
  source: "https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-neighbor-PEER-remote-as-ASN",
  why: "The last statement wins, silently.",
  find: (lab) =>
    clashes(writtenSessionsOf(lab).written, ({ by, address }) => `${by.name} ${address}`).map((group) => {
      const last = group[group.length - 1];
      return {
        path: `${last?.path ?? ""}.address`,
        message: `${last?.by.name ?? ""} names neighbor ${last?.address ?? ""} ${group.length} times`,
        values: Object.fromEntries(group.map((each) => [`${each.path}.address`, each.address])),
        remedy: "Leave one.",
      };
    }),
});
