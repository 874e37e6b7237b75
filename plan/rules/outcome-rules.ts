import type { Rule } from "./rule";

/** What a rule says of itself; what it finds needs a prediction, and is worked out in `plan/outcomes`. */
type OutcomeRule = Omit<Rule, "check" | "yields">;

/**
 * Rules about what a lab would do: they ask the prediction of its routing. They are in force where no other rule refuses the lab, for it takes a sound spec to
 * say what comes of it.
 */
export const OUTCOME_RULE_TEXTS = [
  {
    name: "next-hop-unreachable",
    title: "Every route that a router learns has a next hop that it can reach",
    severity: "warning",
    source: "RFC 4271, section 9.1.2.1",
    why: "A router does not use a route whose next hop it cannot reach, and does not pass it on.",
    fixed: null,
  },
  {
    name: "path-dead",
    title: "Pods, nodes, services, hosts and virtual addresses reach each other with nothing broken",
    severity: "error",
    source: "docs/predict.md",
    why: "A pair that the routing does not connect stays dead until the design changes: no cable is at fault.",
    fixed: null,
  },
  {
    name: "path-depends",
    title: "What arrives does not depend on which of several ways a flow takes",
    severity: "warning",
    source: "docs/predict.md; RFC 2992",
    why: "Some flows arrive and others don't, by the hash of their addresses and ports: the hardest kind of fault to find.",
    fixed: null,
  },
  {
    name: "path-mtu",
    title: "Links take the largest packets that pods send",
    severity: "error",
    source: "https://docs.tigera.io/calico/latest/networking/configuring/mtu; RFC 1191",
    why: "Packets that don't fit are dropped: connections are set up, and then hang with the first full-sized packet.",
    fixed: null,
  },
  {
    name: "path-transit",
    title: "Only routers pass on what is for others",
    severity: "warning",
    source: "docs/predict.md",
    why: "A load balancer or a node that carries other machines' packets is a narrow way that nobody planned.",
    fixed: null,
  },
  {
    name: "session-down",
    title: "Every BGP session that is planned or written comes up",
    severity: "warning",
    source: "RFC 4271, section 8.2",
    why: "A session that stays down brings no routes, and the spec reads as if it did.",
    fixed: null,
  },
  {
    name: "single-failure",
    title: "What arrives still arrives with one link or switch down",
    severity: "warning",
    source: "RFC 7938, section 8.2",
    why: "The failure of one link is the most usual of all. Where routes are summarised, or sessions have no second way, it cuts off machines that still have a cable.",
    fixed: null,
  },
  {
    name: "unsettled-routes",
    title: "Routing comes to rest, in a state that does not depend on timing",
    severity: "warning",
    source: "RFC 4264; RFC 3345",
    why: "Routes that go to and fro, or whose state depends on who spoke first, are another network after each restart.",
    fixed: null,
  },
] as const satisfies readonly OutcomeRule[];

export type OutcomeRuleName = (typeof OUTCOME_RULE_TEXTS)[number]["name"];
