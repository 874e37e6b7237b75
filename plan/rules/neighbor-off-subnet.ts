import { holds, knownAddress } from "../../lab-spec/ip";
import { nearest } from "../../lab-spec/suggest";
import { isOffSubnet, writtenSessionsOf, type WrittenSessions, type WrittenNeighbor } from "./common/speakers";
import { defineRule, listText } from "./rule";

export const neighborOffSubnet = defineRule({
  name: "neighbor-off-subnet",
  title: "A BGP neighbor lies on a connected subnet, or is declared multihop",
  severity: "error",
  source:
    "RFC 4271, section 5.1.3; https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-neighbor-PEER-ebgp-multihop",
  why: "eBGP packets have TTL 1: the session never leaves Active.",
  find: (lab) => {
    const sessions = writtenSessionsOf(lab);
    return sessions.written.filter(isOffSubnet).map((neighbor) => {
      const { path, by, address } = neighbor;
      const subnets = by.subnets.map((each) => each.text);
      return {
        path: `${path}.address`,
        message: `neighbor ${address} of ${by.name} lies outside ${subnets.length === 1 ? "its subnet" : "all its subnets:"} ${listText(subnets)}`,
        values: {
          [`${path}.address`]: address,
          ...(by.kind === "switch" ? { [`${path}.multihop`]: "none (default)" } : {}),
          ...(Object.assign({}, ...by.subnets.map((each) => each.values)) as Record<string, string>),
        },
        remedy: remedy(neighbor, sessions),
      };
    });
  },
});

/** The address probably meant: of a machine on one of the subnets that is not named already, the one that differs in the fewest characters. */
function remedy({ by, address }: WrittenNeighbor, { speakers, written }: WrittenSessions): string {
  const named = new Set(written.filter((each) => each.by === by).map((each) => each.address));
  const candidates = new Map(
    speakers
      .filter((each) => each !== by)
      .flatMap((each) =>
        each.addresses
          .filter((own) => by.subnets.some(({ range }) => holds(range, knownAddress(own))))
          .map((own) => [own, each] as const),
      ),
  );
  const free = [...candidates.keys()].filter((own) => !named.has(own));
  const meant = nearest(address, free) ?? nearest(address, [...candidates.keys()]);
  const multihop =
    by.kind === "switch"
      ? "Write multihop: 2 or more if it is behind a router."
      : "Write an address of that subnet, or that of a node.";
  return meant === null
    ? multihop
    : `Did you mean ${meant}, the address of ${candidates.get(meant)?.name ?? ""}?${by.kind === "switch" ? ` ${multihop}` : ""}`;
}
