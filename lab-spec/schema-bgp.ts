import { z } from "zod";
import { addressField, countField, prefixField } from "./fields";

export const asNumberField = (description: string) => countField(0, 4294967295, description);

const timers = {
  keepalive: countField(1, 65535, "Seconds between keepalives (RFC 4271, section 4.4).").optional(),
  hold: countField(3, 65535, "Seconds without a message after which a session is down.").optional(),
};

/** BGP settings of a switch; each may be set for the fabric and, over that, for one switch. */
export const bgpSettings = z.strictObject({
  allowasIn: countField(
    0,
    10,
    "How often its own AS number may stand in a received AS path; 0: never (RFC 4271, section 9.1.2). Default 0.",
  ).optional(),
  asOverride: z.boolean().optional().meta({
    description: "Replace a neighbor's AS number by its own in AS paths sent to that neighbor. Default false.",
  }),
  routeReflector: z.boolean().optional().meta({
    description: "Reflect iBGP routes: the iBGP neighbors of a reflector are its clients (RFC 4456). Default false.",
  }),
  clusterId: addressField("Cluster ID of a reflector. Default: its router ID.").optional(),
  nextHopSelf: z.boolean().optional().meta({
    description: "Be the next hop of all routes sent to iBGP neighbors, reflected ones included. Default false.",
  }),
  maximumPaths: countField(1, 64, "Equal paths in use at once, eBGP and iBGP each. Default 64.").optional(),
  multipathRelax: z
    .boolean()
    .optional()
    .meta({ description: "Paths are equal if their AS paths have one length, whatever the numbers. Default true." }),
  bfd: z.boolean().optional().meta({ description: "BFD on sessions between switches (RFC 5880). Default false." }),
  ...timers,
});

export const aggregate = z.strictObject({
  prefix: prefixField("Prefix announced while a more specific one is in the BGP table."),
  summaryOnly: z.boolean().default(false).meta({ description: "Announce the aggregate alone, not what it covers." }),
});

/** A session written by hand: towards a neighbor the fabric doesn't know, or over what the fabric derives for that address. */
export const extraNeighbor = z.strictObject({
  address: addressField("The neighbor's address."),
  remoteAs: asNumberField("AS number the neighbor is said to have."),
  multihop: countField(
    2,
    255,
    "TTL of the session's packets where the neighbor is not on a connected subnet (ebgp-multihop).",
  ).optional(),
});

export const calicoBgp = z.strictObject({
  nodeAs: z
    .enum(["cluster", "rack"])
    .default("cluster")
    .meta({ description: "AS numbers of the nodes: one for the cluster, or one a rack." }),
  as: asNumberField("AS number of all nodes, with nodeAs cluster.").default(64512),
  rackAsBase: asNumberField("With nodeAs rack, a node's AS number is this plus the index of its leaf.").default(64600),
  acrossRacks: z.enum(["as-override", "allowas-in", "none"]).default("as-override").meta({
    description:
      "How nodes of one AS number accept routes of other racks: the leaf rewrites the AS path, the node allows its own number once, or not at all.",
  }),
  discovery: z.enum(["explicit", "range"]).default("explicit").meta({
    description:
      "How a leaf knows its nodes: a neighbor statement each, or a range of addresses it listens to (bgp listen range).",
  }),
  mesh: z.boolean().default(false).meta({ description: "Node-to-node mesh." }),
  routeReflectors: z
    .array(z.string())
    .default([])
    .meta({ description: "Nodes that reflect routes to all others; only they peer with their leaves." }),
  clusterId: addressField("Cluster ID of the reflectors.").default("244.0.0.1"),
  password: z.boolean().default(false).meta({
    description:
      "Sessions between leaves and nodes are authenticated (RFC 2385) with the secret fabriclab:bgpPassword of the stack.",
  }),
  maximumPrefix: countField(
    1,
    1000000,
    "Prefixes a leaf takes from a node before it ends the session. Default: no limit.",
  ).optional(),
  filter: z
    .boolean()
    .default(true)
    .meta({ description: "A leaf takes pod blocks and the service range from its nodes, nothing else." }),
  advertiseServices: z
    .boolean()
    .default(true)
    .meta({ description: "Nodes announce the service range (serviceClusterIPs)." }),
  ...timers,
});

export const netscaler = z.strictObject({
  name: z.string().meta({ description: "Name of the machine." }),
  leaf: z.string().meta({ description: "Name of the leaf it is connected to." }),
  address: addressField("Address in the leaf's server subnet (NSIP).").optional(),
  port: countField(1, 999, "Leaf port, the N of swpN. Default 49.").optional(),
  as: asNumberField("Its AS number.").default(500),
  maxPaths: countField(1, 64, "Equal paths in use at once.").default(8),
  vips: z
    .array(addressField("Virtual IP address it announces."))
    .default([])
    .meta({ description: "Virtual IP addresses it announces as /32." }),
  neighbors: z
    .array(
      z.strictObject({
        address: addressField("Address of the neighbor."),
        remoteAs: asNumberField("AS number of the neighbor.").optional(),
      }),
    )
    .optional()
    .meta({ description: "Its BGP neighbors. Default: every node." }),
});
