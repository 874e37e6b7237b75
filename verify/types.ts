import type { LabPlan } from "../plan/types";
import type { Result } from "../ssh/client";

/** One thing compared: what the plan says and what the running lab shows. */
export interface Row {
  readonly subject: string;
  readonly expected: string;
  readonly seen: string;
  readonly ok: boolean;
}

/** One aspect of a lab that is compared with its plan; one file a check in `verify/checks`. */
export interface Check {
  /** Unique, kebab-case: what `--check` takes. */
  readonly id: string;
  readonly title: string;
  /** @throws Error when the lab could not be asked; the runner makes a failed row of it. */
  run(lab: LabAccess): Promise<Row[]>;
}

export interface RunOptions {
  /** Milliseconds until the command counts as failed; 20 000 unless given. */
  readonly timeoutMs?: number;
}

/** What checks may do with a lab: run commands on its machines, once for all checks that want the same. */
export interface LabAccess {
  readonly plan: LabPlan;
  /** Runs a shell command on a machine and returns its output whatever its exit status. @throws Error when the machine does not answer. */
  run(machine: string, command: string, options?: RunOptions): Promise<Result>;
  /** The result of `work` the first time in this attempt, the same promise every later time. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
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
  readonly checks: readonly CheckResult[];
}
