import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import * as path from "node:path";

/** `missing`: something a lab of another scenario would need; `fail`: nothing runs without it. */
export type Status = "ok" | "warn" | "missing" | "fail" | "unknown";

/** One thing that was looked at on the machine that runs labs. */
export interface DoctorFinding {
  readonly area: "programs" | "engine" | "kernel" | "resources" | "network";
  readonly what: string;
  readonly status: Status;
  readonly seen: string;
  /** What can't be run, or runs worse; empty when all is well. */
  readonly affects: string;
  /** What to do about it; empty when all is well. */
  readonly remedy: string;
}

type Trouble = Pick<DoctorFinding, "affects" | "remedy">;

/** A finding that is well, or else has the status and trouble given. */
export function finding(
  area: DoctorFinding["area"],
  what: string,
  seen: string,
  well: boolean,
  otherwise: Trouble & { readonly status: Status },
): DoctorFinding {
  return well ? { area, what, status: "ok", seen, affects: "", remedy: "" } : { area, what, seen, ...otherwise };
}

const GIB = 2 ** 30;
export const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/**
 * Whether the file system of a folder, which need not exist yet, has room.
 *
 * @param need GiB
 */
export async function roomFinding(what: string, dir: string, need: number, affects: string): Promise<DoctorFinding> {
  let existing = dir;
  while (!existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  const stats = await statfs(existing);
  const free = stats.bavail * stats.bsize;
  return finding("resources", what, `${gib(free)} free`, free >= need * GIB, {
    status: "warn",
    affects,
    remedy: `make room: ${need} GiB on the file system of ${dir}`,
  });
}
