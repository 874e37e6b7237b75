import { setTimeout as sleep } from "node:timers/promises";
import type { LabPlan } from "../plan/types";
import type { MachineLogins } from "../ssh/machine";
import { SshAccess } from "./access";
import { CHECKS } from "./checks";
import { failure } from "./rows";
import { BRIEF_S } from "./patience";
import type { Check, CheckReport, LabAccess, Report, Row } from "./types";

export interface VerifyOptions {
  /** Seconds during which failed checks are tried again; none unless given. */
  readonly wait?: number;
  /** Ids of the checks to run; all unless given. */
  readonly only?: readonly string[];
  /** Told of each attempt that left failures behind and is followed by another. */
  readonly onRetry?: (failed: readonly CheckReport[], until: Date) => void;
}

export interface VerifyArgs {
  readonly plan: LabPlan;
  /** Stack output `machines`. */
  readonly machines: MachineLogins;
  readonly options?: VerifyOptions;
}

const PAUSE_MS = 1000;
/** States of a session that is down; which of them it is in changes by itself, and means nothing (RFC 4271, section 8.2.2). */
const DOWN = /\b(Idle|Connect|Active|OpenSent|OpenConfirm)\b/g;

/** The failed rows as far as a change in them means that something still happens. */
const standing = (failed: readonly Row[]): string => JSON.stringify(failed).replace(DOWN, "down");

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

/** What the failed checks found, and since when they have found just that. */
class Standstill {
  private readonly found = new Map<string, { readonly text: string; readonly since: number }>();

  /** Takes note of failed checks. @returns when the last of them can be said to stay as it is, in milliseconds since 1970 */
  after(failed: readonly CheckReport[], checks: readonly Check[], plan: LabPlan): number {
    const now = Date.now();
    return Math.max(
      ...failed.map(({ id, rows }) => {
        const wrong = rows.filter(({ ok }) => !ok);
        const text = standing(wrong);
        const known = this.found.get(id);
        const since = known?.text === text ? known.since : now;
        this.found.set(id, { text, since });
        const patience = checks.find((check) => check.id === id)?.patience?.(wrong, plan) ?? BRIEF_S;
        return since + patience * 1000;
      }),
    );
  }
}

/**
 * Runs checks, and runs the failed ones again until they pass, or the time to wait is over, or nothing changes any more. When all have passed, all are run once
 * more: a check that passed early may have passed on a lab that was still changing.
 */
export async function runChecks(
  lab: LabAccess,
  checks: readonly Check[],
  options: VerifyOptions,
  forget: () => void,
): Promise<Report> {
  const begun = Date.now();
  const deadline = begun + (options.wait ?? 0) * 1000;
  const results = new Map<string, CheckReport>();
  const standstill = new Standstill();
  for (let attempt = 1, whole = true; ; attempt++) {
    const open = whole ? checks : checks.filter((check) => results.get(check.id)?.ok !== true);
    for (const result of await Promise.all(open.map((check) => runCheck(lab, check, attempt))))
      results.set(result.id, result);
    const failed = [...results.values()].filter((result) => !result.ok);
    const until = failed.length === 0 ? deadline : Math.min(deadline, standstill.after(failed, checks, lab.plan));
    const left = until - Date.now();
    if ((failed.length === 0 && whole) || (failed.length > 0 && left <= 0)) break;
    whole = failed.length === 0;
    if (!whole) {
      options.onRetry?.(failed, new Date(until));
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

async function runCheck(lab: LabAccess, check: Check, attempts: number): Promise<CheckReport> {
  const begun = Date.now();
  const rows = await check.run(lab).catch((error: unknown) => [failure(check.title, error)]);
  const wrong = rows.filter((row) => !row.ok);
  return {
    id: check.id,
    title: check.title,
    needs: check.needs ?? null,
    ok: wrong.length === 0,
    untested: wrong.length > 0 && wrong.every((row) => row.untested !== undefined),
    rows,
    seconds: (Date.now() - begun) / 1000,
    attempts,
  };
}

export function report(lab: string, begun: number, checks: readonly CheckReport[]): Report {
  const rows = checks.flatMap((check) => check.rows);
  const untested = rows.filter((row) => row.untested !== undefined).length;
  const failed = rows.filter((row) => !row.ok).length - untested;
  return {
    lab,
    started: new Date(begun).toISOString(),
    seconds: (Date.now() - begun) / 1000,
    ok: failed === 0 && untested === 0 && rows.length > 0,
    passed: rows.length - failed - untested,
    failed,
    untested,
    checks,
  };
}
