import { z } from "zod";
import type { SessionState } from "../../plan/prediction";

/** What `fabriclab predict --json` prints: docs/predict.schema.json is made of this. */

const address = z.string().meta({ description: "IPv4 address." });
const prefix = z.string().meta({ description: "IPv4 prefix." });
const machine = z.string().meta({ description: "Name of a machine of the lab." });

const problem = z
  .strictObject({
    path: z.string(),
    message: z.string(),
    values: z.record(z.string(), z.string()),
    remedy: z.string(),
    rule: z.string(),
    severity: z.enum(["error", "warning"]),
    region: z
      .strictObject({ startLine: z.int(), startColumn: z.int(), endLine: z.int(), endColumn: z.int() })
      .optional()
      .meta({ description: "Where the stack file says it: lines and columns from 1, the end one past the last." }),
  })
  .meta({ description: "What the rules say of the lab." });

const end = z.strictObject({
  machine: machine.nullable().meta({ description: "Null where no machine of the lab has the address." }),
  address: address.nullable(),
  as: z.int(),
});
const counts = (of: string) =>
  z.array(z.int()).meta({
    description: `Every number of prefixes that ${of} may have received once BGP is quiet, ascending; more than one where it depends on timing; none without a session.`,
  });
const STATES = [
  "ESTABLISHED",
  "NOT_ESTABLISHED",
  "UNKNOWN_REMOTE",
  "HALF_OPEN",
  "NO_LOCAL_IP",
  "INVALID_LOCAL_IP",
  "NO_LOCAL_AS",
  "NO_REMOTE_AS",
  "MULTIPLE_REMOTES",
  "UNSETTLED",
] as const satisfies readonly SessionState[];

const session = z.strictObject({
  name: z.string(),
  a: end,
  b: end,
  type: z.enum(["ebgp", "ibgp"]),
  state: z
    .enum(STATES)
    .meta({ description: "ESTABLISHED, or why not, by Batfish's names; UNSETTLED: up at some times, down at others." }),
  reason: z.string().meta({ description: "Why it is not established; empty if it is." }),
  receivedByA: counts("A"),
  receivedByB: counts("B"),
});

const certainty = (what: string) =>
  z
    .enum(["always", "sometimes", "never"])
    .meta({ description: `${what}: in every stable outcome, in some (timing decides), in none.` });
const ribPath = z.strictObject({
  from: machine.nullable().meta({ description: "Neighbor it came from; null for a path of the router's own." }),
  peer: address.nullable(),
  nextHop: address.nullable(),
  asPath: z.array(z.int()).meta({ description: "AS path, nearest first." }),
  localPref: z.int(),
  med: z.int(),
  origin: z.enum(["igp", "egp", "incomplete"]),
  type: z.enum(["own", "aggregate", "ebgp", "ibgp"]),
  originator: address
    .nullable()
    .meta({ description: "Router ID of the router that brought it into the AS (RFC 4456)." }),
  clusters: z.array(address).meta({ description: "Clusters of the reflectors it passed, nearest first." }),
  valid: z.boolean().meta({ description: "Its next hop can be reached." }),
  present: z.enum(["always", "sometimes"]),
  best: certainty("The best path"),
  multipath: certainty("In use: the best path and its equals"),
});
const rib = z.strictObject({ router: machine, prefix, paths: z.array(ribPath) });
const table = z.strictObject({
  router: machine,
  prefixes: z.int(),
  entries: z.int().meta({ description: "`RIB entries` of FRR's `show bgp summary`." }),
});

const fib = z.strictObject({
  machine,
  prefix,
  kind: z.enum(["connected", "bgp", "blackhole", "unreachable", "static"]),
  nextHops: z
    .array(z.strictObject({ address, interface: z.string(), machine: machine.nullable() }))
    .meta({ description: "More than one: flows are spread over them." }),
  interface: z.string().meta({ description: "Of a connected route; empty otherwise." }),
  certain: z
    .boolean()
    .meta({ description: "False where timing decides the next hops; these are then all that may be." }),
});

const endpoint = z.strictObject({
  name: z.string(),
  kind: z.enum(["pod", "node", "service", "host", "switch", "netscaler", "vip", "nodeport", "address"]),
  machine: machine.nullable(),
  address,
  nominal: z.boolean().meta({
    description: "The address is a stand-in of the right prefix: the cluster hands out the real one when it runs.",
  }),
});
const outer = { source: address, destination: address, overhead: z.int().meta({ description: "Bytes." }) };
const encapsulation = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("vxlan"),
    vni: z.int(),
    port: z.int().meta({ description: "Outer UDP destination port." }),
    ...outer,
  }),
  z.strictObject({
    kind: z.literal("ipip"),
    protocol: z.literal(4).meta({ description: "IP protocol number of the outer header." }),
    ...outer,
  }),
]);
const crossing = z.strictObject({
  to: z.string(),
  link: z.string(),
  mtu: z.int(),
  encapsulation: encapsulation.nullable(),
});
const hop = z.strictObject({
  at: z.string().meta({ description: "Machine, or pod:NODE." }),
  action: z.enum(["send", "route", "bridge", "receive", "drop"]),
  ttl: z.int().meta({ description: "TTL of the (inner) packet as it leaves, or is received." }),
  source: address.meta({
    description:
      "Source of the (inner) packet as it leaves: a node's, once kube-proxy or the pool's natOutgoing has translated it.",
  }),
  destination: address,
  route: prefix.nullable(),
  out: z.array(crossing),
  reason: z.string(),
});
const path = z.strictObject({
  from: endpoint,
  to: endpoint,
  verdict: z
    .enum(["arrives", "depends", "dropped"])
    .meta({ description: "depends: some flows arrive and some don't." }),
  ttls: z.array(z.int()).meta({ description: "TTLs with which packets are received." }),
  mtu: z.strictObject({
    sender: z.int(),
    largest: z.int().meta({ description: "Largest IP packet that arrives whole, bytes." }),
    limit: z
      .string()
      .nullable()
      .meta({ description: "Link that takes less than the sender's own; null if none does." }),
  }),
  steps: z.array(z.array(hop)).meta({ description: "In the order of travel; hops of one step are choices." }),
  arrivals: z.array(z.strictObject({ at: z.string(), ttl: z.int() })),
  drops: z.array(
    z.strictObject({
      at: z.string(),
      cause: z.enum([
        "no route",
        "blackhole",
        "loop",
        "no such address",
        "link down",
        "policy",
        "no endpoint",
        "no tunnel",
        "ttl",
        "reverse path",
      ]),
      reason: z.string(),
    }),
  ),
});

const moved = z.strictObject({ at: z.string(), what: z.string(), was: z.string(), now: z.string() });
const difference = z
  .strictObject({
    sessions: z.array(moved),
    received: z.array(moved),
    routes: z.array(moved),
    paths: z.array(moved),
  })
  .meta({
    description: "What the broken topology changes against the whole one; `none` stands where there was or is nothing.",
  });

export const predictionSchema = z
  .strictObject({
    lab: z.string(),
    problems: z.array(problem),
    broken: z.strictObject({ links: z.array(z.string()), machines: z.array(machine) }),
    blocks: z.enum(["nominal", "given"]).meta({ description: "Whether the pods' address blocks are stand-ins." }),
    inexact: z.array(prefix).meta({ description: "Prefixes of which more outcomes may be listed than there are." }),
    unsettled: z.array(prefix).meta({
      description:
        "Prefixes for which BGP may never come to rest, or in too many ways to list, and those that depend on an unsettled session: what tables hold of them is not certain.",
    }),
    unsettledSessions: z.array(z.string()).meta({
      description:
        "Sessions that are up at some times and down at others: they end by the routes that they bring, or timing decides whether they hit their limit of prefixes.",
    }),
    leftOut: z
      .array(z.string())
      .meta({ description: "What was asked for and is too much to give, and how to get it." }),
    sessions: z.array(session).optional(),
    tables: z.array(table).optional(),
    rib: z.array(rib).optional(),
    fib: z.array(fib).optional(),
    paths: z.array(path).optional(),
    diff: difference.optional(),
  })
  .meta({ title: "fabriclab predict --json" });

export type PredictionView = z.output<typeof predictionSchema>;
export type SessionView = NonNullable<PredictionView["sessions"]>[number];
export type RibView = NonNullable<PredictionView["rib"]>[number];
export type FibView = NonNullable<PredictionView["fib"]>[number];
export type TableView = NonNullable<PredictionView["tables"]>[number];
export type PathView = NonNullable<PredictionView["paths"]>[number];
export type DiffView = NonNullable<PredictionView["diff"]>;
export type Moved = z.output<typeof moved>;

/** The text of docs/predict.schema.json. */
export function predictionSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(predictionSchema), null, 2)}\n`;
}
