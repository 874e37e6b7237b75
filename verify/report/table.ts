import { tableText } from "../../common/table";
import type { CheckResult, Report } from "../types";

export interface ReportOptions {
  /** ANSI colours. */
  readonly colour: boolean;
  /** Only rows that failed. */
  readonly failedOnly?: boolean;
  /** Characters of a line; long texts are wrapped to it. Without it lines are as long as they are. */
  readonly columns?: number;
}

const paint = (on: boolean, code: number, text: string): string => (on ? `\u001b[${code}m${text}\u001b[0m` : text);

const HEAD = ["", "what", "expected", "seen"];

/** Narrower than this, a column can't be read. */
const NARROWEST = 24;

/** Widths with their padding: each as its longest line asks, the widest cut back until the table fits. */
function columnWidths(rows: readonly (readonly string[])[], columns: number | undefined): number[] {
  const longest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
  const widths = HEAD.map((title, i) => 2 + Math.max(title.length, ...rows.map((row) => longest(row[i]!))));
  let excess = columns === undefined ? 0 : widths.reduce((sum, width) => sum + width + 1, 1) - columns;
  for (const i of [3, 2, 1]) {
    const cut = Math.max(0, Math.min(excess, widths[i]! - NARROWEST));
    widths[i]! -= cut;
    excess -= cut;
  }
  return widths;
}

/** A table a check with expected and seen, then the totals. */
export function tableReport(report: Report, options: ReportOptions): string {
  const checks = report.checks.filter((check) => check.rows.length > 0 && (options.failedOnly !== true || !check.ok));
  return [...checks.map((check) => checkTable(check, options)), totals(report, options)].join("\n");
}

function checkTable(check: CheckResult, options: ReportOptions): string {
  const rows = options.failedOnly === true ? check.rows.filter((row) => !row.ok) : check.rows;
  const table = tableText(
    rows.map((row) => [
      verdict(row.ok, options),
      row.subject,
      row.expected,
      row.ok ? row.seen : paint(options.colour, 31, row.seen),
    ]),
    {
      head: HEAD,
      colour: options.colour,
      widths: columnWidths(
        rows.map((row) => ["PASS", row.subject, row.expected, row.seen]),
        options.columns,
      ),
    },
  );
  const good = check.rows.filter((row) => row.ok).length;
  return `${paint(options.colour, 1, check.title)}  [${check.id}]  ${verdict(check.ok, options)} ${good} of ${check.rows.length}\n${table}\n`;
}

function verdict(ok: boolean, options: ReportOptions): string {
  return ok ? paint(options.colour, 32, "PASS") : paint(options.colour, 31, "FAIL");
}

function totals(report: Report, options: ReportOptions): string {
  const failed = report.checks.filter((check) => !check.ok);
  const where = failed.length === 0 ? "" : ` in ${failed.map((check) => check.id).join(", ")}`;
  return `${verdict(report.ok, options)}  lab ${report.lab}: ${report.passed} as predicted, ${report.failed} not${where}; ${report.checks.length} checks in ${report.seconds.toFixed(1)} s\n`;
}
