import { isOffSubnet, pair, writtenSessionsOf } from "./common/speakers";
import { defineRule, type Finding } from "./rule";

export const neighborOneSided = defineRule({
  name: "neighbor-one-sided",
  title: "Both ends of a BGP session name each other",
  severity: "error",
  source: "RFC 4271, section 8.2.1 (unconfigured peers); Batfish, HALF_OPEN",
  why: "A router refuses connections from addresses it has no neighbor for: the session never comes up.",
  find: (lab) => {
    const { written, names, speakers } = writtenSessionsOf(lab);
    const oneSided = written.flatMap(({ path, by, address, owner }): Finding[] => {
      if (owner === null || owner === by || names.has(pair(owner.name, by.name))) return [];
      // Nodes that all speak no BGP are `netscaler-mode`'s.
      if (by.kind === "load balancer" && owner.kind === "node" && owner.as === null) return [];
      return [
        {
          path: `${path}.address`,
          message: `${by.name} names ${owner.name} at ${address} as neighbor, ${owner.as === null ? "which speaks no BGP" : `and ${owner.name} has no such neighbor`}`,
          values: { [`${path}.address`]: address },
          remedy:
            owner.kind === "switch"
              ? `Add ${by.name} to the neighbors of ${owner.name}, or take this one out.`
              : "Take it out.",
        },
      ];
    });
    const balancer = speakers.find((each) => each.kind === "load balancer");
    const unnamed =
      balancer === undefined
        ? []
        : speakers.filter(
            (each) =>
              each.kind === "node" &&
              names.has(pair(each.name, balancer.name)) &&
              !names.has(pair(balancer.name, each.name)),
          );
    // A slip in an address leaves a node unnamed: the slip is reported already.
    const slips = written.filter(
      (each) => each.by === balancer && (isOffSubnet(each) || each.owner === balancer),
    ).length;
    return [
      ...oneSided,
      ...(slips >= unnamed.length ? [] : unnamed).map((node) => ({
        path: "netscaler.neighbors",
        message: `${node.name} has ${balancer?.name ?? ""} as neighbor, and ${balancer?.name ?? ""} doesn't name it`,
        values: {},
        remedy: `Add ${node.addresses[0] ?? ""}, or leave netscaler.neighbors out: the default is every node.`,
      })),
    ];
  },
});
