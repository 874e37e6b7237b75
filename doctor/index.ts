import { driverNames, driverOf } from "../provider/drivers";
import { kernel } from "./kernel";
import { network } from "./network";
import { programs } from "./programs";
import { resources } from "./resources";
import type { Diagnosis } from "./types";

export type { DoctorFinding } from "../common/finding";
export type { Diagnosis } from "./types";

/** Looks at this machine, with what each driver looks at; leaves nothing behind. */
export async function examine(root: string): Promise<Diagnosis> {
  const doctors = driverNames.map((name) => driverOf(name).doctor);
  const parts = await Promise.all([
    programs(root),
    ...doctors.map((each) => each.engine()),
    kernel(root, doctors),
    resources(),
    ...doctors.map((each) => each.resources()),
    network(root, doctors),
  ]);
  const findings = parts.flat();
  return { ok: findings.every((each) => each.status !== "fail"), findings };
}
