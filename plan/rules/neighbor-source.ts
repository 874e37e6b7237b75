import { holds, knownAddress } from "../../lab-spec/ip";
import { pair, writtenSessionsOf } from "./common/speakers";
import { defineRule, type Finding } from "./rule";

export const neighborSource = defineRule({
  name: "neighbor-source",
  title: "A switch behind a router is named by an address that its packets come from",
  severity: "error",
  source: "https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-neighbor-PEER-update-source-IFNAME-ADDRESS",
  why: "A switch speaks from the address of the link it sends on, never from its loopback (the lab sets no update-source): the other end has no neighbor of that address, and refuses.",
  find: (lab) => {
    const { written, names } = writtenSessionsOf(lab);
    return written.flatMap(({ path, by, address, multihop, owner }): Finding[] => {
      const away = multihop && !by.subnets.some(({ range }) => holds(range, knownAddress(address)));
      if (!away || by.kind !== "switch" || owner === null || owner === by) return [];
      const back = written.filter((each) => each.by === owner && each.owner === by);
      // Nobody names it at all: `neighbor-one-sided` speaks of that.
      if (!names.has(pair(owner.name, by.name)) || back.some((each) => each.multihop && each.address !== by.loopback))
        return [];
      const byLoopback = back.some((each) => each.address === by.loopback);
      return [
        {
          path: `${path}.address`,
          message: `${by.name} speaks to ${owner.name} from an address of a link, and ${owner.name} names it ${byLoopback ? `by its loopback ${by.loopback ?? ""}` : "without multihop, on their link only"}`,
          values: {
            [`${path}.address`]: address,
            ...Object.fromEntries(back.map((each) => [`${each.path}.address`, each.address])),
          },
          remedy:
            "Let the two name each other on a subnet that both are on, or take the session out: routes pass over the links' own sessions.",
        },
      ];
    });
  },
});
