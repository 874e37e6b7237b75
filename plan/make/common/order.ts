import type { LinkAllocation, ServerAllocation, SwitchAllocation } from "../../allocate";

/** A value that the rules have shown to be there. */
export function sure<T>(value: T | null): T {
  if (value === null) throw new Error("a rule let an incomplete allocation pass");
  return value;
}

export function sortSwitches<T extends SwitchAllocation>(switches: readonly T[]): T[] {
  return [...switches].sort((a, b) => b.tier - a.tier || sure(a.index.value) - sure(b.index.value));
}

export function sortLinks(links: readonly LinkAllocation[]): LinkAllocation[] {
  return [...links].sort(
    (a, b) =>
      sure(a.lower.index.value) - sure(b.lower.index.value) || sure(a.upper.index.value) - sure(b.upper.index.value),
  );
}

/** Nodes (the control plane first), hosts, the load balancer; those of one kind by leaf and index. */
export function sortServers(servers: readonly ServerAllocation[]): ServerAllocation[] {
  return [...servers].sort(
    (a, b) =>
      rank(a) - rank(b) || sure(sure(a.leaf).index.value) - sure(sure(b.leaf).index.value) || indexOf(a) - indexOf(b),
  );
}

function rank(server: ServerAllocation): number {
  if (server.kind === "node") return server.spec.role === "control-plane" ? 0 : 1;
  return server.kind === "host" ? 2 : 3;
}

/** The one load balancer has no index: there is nothing that it would stand before or after. */
function indexOf(server: ServerAllocation): number {
  return server.index === null ? 0 : sure(server.index.value);
}
