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

/** `Did you mean "x"?`, or the whole choice when nothing is near. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  const near = nearest(written, candidates);
  return near === null ? `Known here: ${[...candidates].sort().join(", ")}.` : `Did you mean "${near}"?`;
}
