import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { finding, gib, roomFinding, type DoctorFinding } from "../common/finding";
import { cacheDir } from "../steps/context";

const GIB = 2 ** 30;

/** Bytes by name of /proc/meminfo. */
export function parseMeminfo(text: string): Map<string, number> {
  return new Map([...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map((match) => [match[1] ?? "", Number(match[2]) * 1024]));
}

export function memory(text: string): DoctorFinding[] {
  const values = parseMeminfo(text);
  const total = values.get("MemTotal") ?? 0;
  const free = values.get("MemAvailable") ?? 0;
  return [
    finding("resources", "memory", gib(total), total >= 5.5 * GIB, {
      status: total >= 3.5 * GIB ? "warn" : "fail",
      affects: "set-up (compilers take 3 GiB), labs",
      remedy: "use a machine with 6 GiB of memory",
    }),
    finding("resources", "memory available", gib(free), free >= 3 * GIB, {
      status: "warn",
      affects: "a lab of nine machines takes 2 GiB",
      remedy: "end other programs, or other labs",
    }),
  ];
}

export async function resources(): Promise<DoctorFinding[]> {
  const built = existsSync(path.join(cacheDir(), "images"));
  return [
    ...memory(readFileSync("/proc/meminfo", "utf8")),
    await roomFinding("disk of the cache", cacheDir(), built ? 3 : 25, built ? "a further set-up" : "set-up"),
  ];
}
