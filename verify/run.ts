import { setTimeout as sleep } from "node:timers/promises";
import type { LabPlan } from "../plan/types";
import type { MachineLogins } from "../ssh/machine";
import { SshAccess } from "./access";
import { CHECKS } from "./checks";
import { failure } from "./rows";
import type { Check, CheckResult, LabAccess, Report } from "./types";

export interface VerifyOptions {
  /** Seconds during which failed checks are tried again; none unless given. */
  readonly wait?: number;
  /** Ids of the checks to run; all unless given. */
  readonly only?: readonly string[];
  /** Told of each attempt that left failures behind and is followed by another. */
  readonly onRetry?: (failed: readonly CheckResult[], secondsLeft: number) => void;
}

export interface VerifyArgs {
  readonly plan: LabPlan;
  /** Stack output `machines`. */
  readonly machines: MachineLogins;
  readonly options?: VerifyOptions;
}

const PAUSE_MS = 1000;

/**
 * Compares a running lab with its plan.
 *
 * @throws Error for the id of a check that does not exist; what the lab does or doesn't answer is in the report
 */
export async function verifyLab({ plan, machines, options = {} }: VerifyArgs): Promise<Report> {
  const access = new SshAccess(plan, machines);
  try {
    return await runChecks(access, chosen(options.only), options, () => access.forget());
  } finally {
    await access.close();
  }
}

function chosen(only: readonly string[] | undefined): readonly Check[] {
  const unknown = (only ?? []).filter((id) => !CHECKS.some((check) => check.id === id));
  if (unknown.length > 0)
    throw new Error(
      `no check ${unknown.map((id) => `"${id}"`).join(", ")}: there are ${CHECKS.map((check) => check.id).join(", ")}`,
    );
  return only === undefined || only.length === 0 ? CHECKS : CHECKS.filter((check) => only.includes(check.id));
}

/**
 * Runs checks, the failed ones again until they pass or the time to wait is over. What was seen while the lab settled is then seen once more, all of
 * it: a check that passed early may have passed on a lab that was still changing.
 */
export async function runChecks(
  lab: LabAccess,
  checks: readonly Check[],
  options: VerifyOptions,
  forget: () => void,
): Promise<Report> {
  const begun = Date.now();
  const deadline = begun + (options.wait ?? 0) * 1000;
  const results = new Map<string, CheckResult>();
  for (let attempt = 1, whole = true; ; attempt++) {
    const open = whole ? checks : checks.filter((check) => results.get(check.id)?.ok !== true);
    for (const result of await Promise.all(open.map((check) => runCheck(lab, check, attempt))))
      results.set(result.id, result);
    const failed = [...results.values()].filter((result) => !result.ok);
    const left = deadline - Date.now();
    if ((failed.length === 0 && whole) || (failed.length > 0 && left <= 0)) break;
    whole = failed.length === 0;
    if (!whole) {
      options.onRetry?.(failed, Math.ceil(left / 1000));
      await sleep(Math.min(PAUSE_MS, left));
    }
    forget();
  }
  return report(
    lab.plan.name,
    begun,
    checks.flatMap((check) => results.get(check.id) ?? []),
  );
}

async function runCheck(lab: LabAccess, check: Check, attempts: number): Promise<CheckResult> {
  const begun = Date.now();
  const rows = await check.run(lab).catch((error: unknown) => [failure(check.title, error)]);
  return {
    id: check.id,
    title: check.title,
    ok: rows.every((row) => row.ok),
    rows,
    seconds: (Date.now() - begun) / 1000,
    attempts,
  };
}

export function report(lab: string, begun: number, checks: readonly CheckResult[]): Report {
  const rows = checks.flatMap((check) => check.rows);
  const failed = rows.filter((row) => !row.ok).length;
  return {
    lab,
    started: new Date(begun).toISOString(),
    seconds: (Date.now() - begun) / 1000,
    ok: failed === 0 && rows.length > 0,
    passed: rows.length - failed,
    failed,
    checks,
  };
}
