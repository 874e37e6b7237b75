import type { LabPlan } from "../plan/types";
import type { Result } from "../ssh/client";

/** One thing compared: what the plan says and what the running lab shows. */
export interface Row {
  readonly subject: string;
  readonly expected: string;
  readonly seen: string;
  readonly ok: boolean;
  /** Why nothing could be compared; such a row is not ok, and its cause is found by another check. */
  readonly untested?: string;
}

/** One aspect of a lab that is compared with its plan; one file a check in `verify/checks`. */
export interface Check {
  /** Unique, kebab-case: what `--check` takes. */
  readonly id: string;
  readonly title: string;
  /**
   * Seconds after which failed rows that don't change stay as they are; `BRIEF_S` of `patience.ts` unless given. What tries again by itself is given the
   * longest pause between two attempts.
   */
  readonly patience?: (failed: readonly Row[], plan: LabPlan) => number;
  /** What a lab must have for the check to have anything to compare, for people: "a workload". */
  readonly needs?: string;
  /**
   * @returns nothing where the lab has nothing of what is compared
   * @throws Error when the lab could not be asked; the runner makes a failed row of it. `Untested` where another check finds the cause.
   */
  run(lab: LabAccess): Promise<Row[]>;
}

export interface CommandOptions {
  /** Milliseconds until the command counts as failed; 20 000 unless given. */
  readonly timeoutMs?: number;
}

/** What checks may do with a lab: run commands on its machines, once for all checks that want the same. */
export interface LabAccess {
  readonly plan: LabPlan;
  /** Runs a shell command on a machine and returns its output whatever its exit status. @throws Error when the machine does not answer. */
  run(machine: string, command: string, options?: CommandOptions): Promise<Result>;
  /** The result of `work` the first time in this attempt, the same promise every later time. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export interface CheckReport {
  readonly id: string;
  readonly title: string;
  /** As `Check.needs`. */
  readonly needs: string | null;
  readonly ok: boolean;
  /** Nothing differs as far as it could be compared, but something could not. */
  readonly untested: boolean;
  readonly rows: readonly Row[];
  /** Of the last attempt. */
  readonly seconds: number;
  readonly attempts: number;
}

export interface Report {
  readonly lab: string;
  /** ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  readonly ok: boolean;
  /** Numbers of rows. */
  readonly passed: number;
  readonly failed: number;
  readonly untested: number;
  readonly checks: readonly CheckReport[];
}
