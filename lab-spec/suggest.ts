import { distance } from "fastest-levenshtein";

/** The candidate nearest to what was written, or null if none is near enough to be a likely slip. */
export function nearest(written: string, candidates: readonly string[]): string | null {
  const limit = Math.max(1, Math.ceil(written.length / 3));
  let best: { candidate: string; edits: number } | null = null;
  for (const candidate of [...candidates].sort()) {
    const edits = distance(written.toLowerCase(), candidate.toLowerCase());
    if (edits <= limit && (best === null || edits < best.edits)) best = { candidate, edits };
  }
  return best?.candidate ?? null;
}

/** What other tools call things, and what they are called here, where a slip of the finger does not explain it. */
const ELSEWHERE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    // Kubernetes before 1.20, and kubeadm's old label.
    master: ["control-plane"],
    "control-plane": ["controlPlane"],
    // FRR, netlab and containerlab.
    maxpaths: ["maximumPaths"],
    "maximum-paths": ["maximumPaths"],
    routerid: ["loopback"],
    "router-id": ["loopback"],
    asn: ["as"],
    "local-as": ["as"],
    "remote-as": ["remoteAs"],
    "allowas-in": ["allowasIn"],
    "as-override": ["asOverride"],
    "next-hop-self": ["nextHopSelf"],
    "summary-only": ["summaryOnly"],
    "ebgp-multihop": ["multihop"],
    "cluster-id": ["clusterId"],
    ports: ["links"],
    // Calico and kubeadm.
    podsubnet: ["podCidr"],
    clustercidr: ["podCidr"],
    servicesubnet: ["serviceCidr"],
    cidr: ["pool", "podCidr"],
    asnumber: ["as"],
    nodetonodemeshenabled: ["mesh"],
    mtu: ["podMtu"],
    veth_mtu: ["podMtu"],
  }),
);

/** `Did you mean "x"?`, or the whole choice when nothing is near. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  const elsewhere = ELSEWHERE.get(written.toLowerCase())?.find((name) => candidates.includes(name));
  const near = elsewhere ?? nearest(written, candidates);
  return near === null ? `Known here: ${[...candidates].sort().join(", ")}.` : `Did you mean "${near}"?`;
}
