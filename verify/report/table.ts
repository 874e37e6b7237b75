import { tableText } from "../../common/table";
import type { CheckReport, Report, Row } from "../types";

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
  const shown = report.checks.filter((check) => rowsOf(check, options).length > 0);
  return [
    ...shown.map((check) => checkTable(check, options)),
    ...untestedLines(report),
    ...idleLines(report),
    totals(report, options),
  ].join("\n");
}

/** Rows of a table: all that were compared, or those of them that failed. */
const rowsOf = ({ rows }: CheckReport, { failedOnly }: ReportOptions): readonly Row[] =>
  rows.filter((row) => row.untested === undefined && (failedOnly !== true || !row.ok));

/** What could not be compared: a line for each reason, not one for each thing. */
function untestedLines({ checks }: Report): string[] {
  const byReason = new Map<string, Set<string>>();
  for (const { id, rows } of checks)
    for (const { untested } of rows)
      if (untested !== undefined) byReason.set(untested, (byReason.get(untested) ?? new Set()).add(id));
  return [...byReason].map(([reason, ids]) => `NOT TESTED  ${reason}: ${[...ids].join(", ")}\n`);
}

/** Checks that had nothing to compare, because the lab lacks what they need. */
function idleLines({ checks }: Report): string[] {
  const byNeed = new Map<string, string[]>();
  for (const { id, rows, needs } of checks)
    if (rows.length === 0 && needs !== null) byNeed.set(needs, [...(byNeed.get(needs) ?? []), id]);
  const parts = [...byNeed].map(
    ([needs, ids]) => `${ids.join(", ")} (${ids.length === 1 ? "needs" : "need"} ${needs})`,
  );
  return parts.length === 0 ? [] : [`Nothing to test: ${parts.join("; ")}\n`];
}

function checkTable(check: CheckReport, options: ReportOptions): string {
  const rows = rowsOf(check, options);
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
  const tested = check.rows.filter((row) => row.untested === undefined);
  const good = tested.filter((row) => row.ok).length;
  return `${paint(options.colour, 1, check.title)}  [${check.id}]  ${verdict(good === tested.length, options)} ${good} of ${tested.length}\n${table}\n`;
}

function verdict(ok: boolean, options: ReportOptions): string {
  return ok ? paint(options.colour, 32, "PASS") : paint(options.colour, 31, "FAIL");
}

function totals(report: Report, options: ReportOptions): string {
  const failed = report.checks.filter((check) => !check.ok && !check.untested);
  const where = failed.length === 0 ? "" : ` in ${failed.map((check) => check.id).join(", ")}`;
  const untested = report.untested === 0 ? "" : `, ${report.untested} not tested`;
  return `${verdict(report.ok, options)}  lab ${report.lab}: ${report.passed} as predicted, ${report.failed} not${where}${untested}; ${report.checks.length} checks in ${report.seconds.toFixed(1)} s\n`;
}
