import builder from "junit-report-builder";
import type { Report } from "../types";

/** JUnit XML: a suite a check, a case a row. */
export function junitReport(report: Report): string {
  const made = builder.newBuilder();
  for (const check of report.checks) {
    const suite = made
      .testSuite()
      .name(`${report.lab}: ${check.title}`)
      .timestamp(new Date(report.started))
      .time(check.seconds);
    for (const row of check.rows) {
      const test = suite.testCase().className(`fabriclab.${check.id}`).name(row.subject).time(0);
      if (row.untested !== undefined) test.error(row.untested, "not tested");
      else if (!row.ok) test.failure(`expected ${row.expected}, seen ${row.seen}`, "difference");
    }
  }
  return made.build();
}
