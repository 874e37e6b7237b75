/** `missing`: something a lab of another scenario would need; `fail`: nothing runs without it. */
export type Status = "ok" | "warn" | "missing" | "fail" | "unknown";

export interface Finding {
  readonly area: "programs" | "engine" | "kernel" | "resources" | "network";
  readonly what: string;
  readonly status: Status;
  readonly seen: string;
  /** What can't be run, or runs worse; empty when all is well. */
  readonly affects: string;
  /** What to do about it; empty when all is well. */
  readonly remedy: string;
}

export interface Diagnosis {
  /** Whether the default lab can run here. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

type Trouble = Pick<Finding, "affects" | "remedy">;

/** A finding that is well, or else has the status and trouble given. */
export function finding(
  area: Finding["area"],
  what: string,
  seen: string,
  well: boolean,
  otherwise: Trouble & { readonly status: Status },
): Finding {
  return well ? { area, what, status: "ok", seen, affects: "", remedy: "" } : { area, what, seen, ...otherwise };
}
