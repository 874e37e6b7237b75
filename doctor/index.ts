import { engine, engineInfo } from "./engine";
import { kernel } from "./kernel";
import { network } from "./network";
import { programs } from "./programs";
import { resources } from "./resources";
import type { Diagnosis } from "./types";

export type { Diagnosis, Finding } from "./types";

/** Looks at this machine; leaves nothing behind. */
export async function examine(root: string): Promise<Diagnosis> {
  const info = await engineInfo();
  const parts = await Promise.all([
    programs(root),
    engine(info, process.getuid?.() === 0),
    kernel(root),
    resources(info instanceof Error ? null : info.DockerRootDir),
    network(root),
  ]);
  const findings = parts.flat();
  return { ok: findings.every((each) => each.status !== "fail"), findings };
}
