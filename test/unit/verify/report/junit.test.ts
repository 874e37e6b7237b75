import { junitReport } from "../../../../verify/report/junit";
import type { Report } from "../../../../verify/types";

const report: Report = {
  lab: "dev",
  started: "2026-11-26T02:00:00.000Z",
  seconds: 2,
  ok: false,
  passed: 1,
  failed: 1,
  untested: 0,
  checks: [
    {
      id: "sessions",
      title: "BGP sessions",
      ok: false,
      needs: null,
      untested: false,
      seconds: 1.5,
      attempts: 1,
      rows: [
        { subject: "leaf1 to spine1", expected: "Established, AS 65001", seen: "Established, AS 65001", ok: true },
        { subject: "leaf1 to spine2", expected: "Established", seen: 'Active <"a" & b>', ok: false },
      ],
    },
  ],
};

test("a suite a check, a case a row; a row that differs is a failure that says how, its signs escaped", () => {
  const text = junitReport(report);
  expect(text).toMatch(/<testsuites tests="2" failures="1" errors="0"/);
  expect(text).toMatch(
    /<testsuite name="dev: BGP sessions" timestamp="2026-11-26T02:00:00" time="1.5" tests="2" failures="1"/,
  );
  const cases = [...text.matchAll(/<testcase classname="fabriclab\.sessions" name="([^"]+)"[^>]*?(\/?)>/g)];
  expect(cases.map(([, name, closed]) => [name, closed === "/"])).toEqual([
    ["leaf1 to spine1", true],
    ["leaf1 to spine2", false],
  ]);
  expect(text).toContain('message="expected Established, seen Active &lt;&quot;a&quot; &amp; b>" type="difference"');
});
