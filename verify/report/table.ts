import Table from "cli-table3";
import type { CheckResult, Report } from "../types";

export interface TableOptions {
  /** ANSI colours. */
  readonly colour: boolean;
  /** Only rows that failed. */
  readonly failedOnly?: boolean;
}

const paint = (on: boolean, code: number, text: string): string => on ? `\u001b[${code}m${text}\u001b[0m` : text;

/** No line between rows: reports are long. */
const NO_RULES = { "mid": "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** A table a check with expected and seen, then the totals. */
export function tableReport(report: Report, options: TableOptions): string {
  const checks = report.checks.filter((check) => check.rows.length > 0 && (options.failedOnly !== true || !check.ok));
  return [...checks.map((check) => checkTable(check, options)), totals(report, options)].join("\n");
}

function checkTable(check: CheckResult, options: TableOptions): string {
  const table = new Table({ head: ["", "what", "expected", "seen"], chars: NO_RULES, style: { head: options.colour ? ["bold"] : [], border: options.colour ? ["grey"] : [] } });
  const rows = options.failedOnly === true ? check.rows.filter((row) => !row.ok) : check.rows;
  for (const row of rows) table.push([verdict(row.ok, options), row.subject, row.expected, row.ok ? row.seen : paint(options.colour, 31, row.seen)]);
  const good = check.rows.filter((row) => row.ok).length;
  return `${paint(options.colour, 1, check.title)}  [${check.id}]  ${verdict(check.ok, options)} ${good} of ${check.rows.length}\n${table.toString()}\n`;
}

function verdict(ok: boolean, options: TableOptions): string {
  return ok ? paint(options.colour, 32, "PASS") : paint(options.colour, 31, "FAIL");
}

function totals(report: Report, options: TableOptions): string {
  const failed = report.checks.filter((check) => !check.ok);
  const where = failed.length === 0 ? "" : ` in ${failed.map((check) => check.id).join(", ")}`;
  return `${verdict(report.ok, options)}  lab ${report.lab}: ${report.passed} as predicted, ${report.failed} not${where}; ${report.checks.length} checks in ${report.seconds.toFixed(1)} s\n`;
}
