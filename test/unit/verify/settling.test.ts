import { runChecks } from "../../../verify/run";
import { testPods } from "../../../verify/facts/kubernetes";
import { tableReport } from "../../../verify/report/table";
import type { Check, LabAccess, Report, Row } from "../../../verify/types";

const row = (ok: boolean): Row => ({ subject: "s", expected: "e", seen: ok ? "e" : "x", ok });
const lab = { plan: { name: "l" } } as unknown as LabAccess;
/** A check that answers as listed, one answer an attempt; the last is given for ever. */
function scripted(id: string, answers: readonly boolean[]): Check & { runs: number } {
  const check = {
    id,
    title: id,
    runs: 0,
    run: async () => [row(answers[Math.min(check.runs++, answers.length - 1)]!)],
  };
  return check;
}

describe("a lab that settles", () => {
  test("is seen once more as a whole when the last check passes", async () => {
    const early = scripted("early", [true]);
    const late = scripted("late", [false, true]);
    const report = await runChecks(lab, [early, late], { wait: 10 }, () => undefined);
    expect(report.ok).toBe(true);
    expect([early.runs, late.runs]).toEqual([2, 3]);
  });

  test("fails by what passed early and holds no longer", async () => {
    const early = scripted("early", [true, false]);
    const late = scripted("late", [false, true]);
    const report = await runChecks(lab, [early, late], { wait: 1 }, () => undefined);
    expect(report.checks.map((check) => check.ok)).toEqual([false, true]);
  });

  test("that passes at once is seen once", async () => {
    const only = scripted("only", [true]);
    await runChecks(lab, [only], { wait: 10 }, () => undefined);
    expect(only.runs).toBe(1);
  });
});

test("paths of a workload whose pods are not all ready are not taken for sound", async () => {
  const pod = {
    metadata: { name: "p-1", namespace: "space1", labels: { app: "nginx" } },
    spec: { nodeName: "n1" },
    status: { phase: "Running", podIP: "10.1.0.2", conditions: [{ type: "Ready", status: "True" }] },
  };
  const access = {
    plan: {
      servers: [{ name: "n1", kind: "node" }],
      workload: { name: "nginx", namespace: "space1", replicas: 2 },
      cluster: { controlPlane: "n1" },
    },
    once: async <T>(_: string, work: () => Promise<T>) => work(),
    run: async () => ({ code: 0, stdout: JSON.stringify({ items: [{ kind: "Pod", ...pod }] }), stderr: "" }),
  } as unknown as LabAccess;
  await expect(testPods(access)).rejects.toThrow("1 of 2 pods of nginx are ready");
});

test("a long answer is wrapped to the terminal's width, and nothing of it is lost", () => {
  const seen = "k8s-master: `kubectl get nodes` ended with status 1: ".concat(
    "Unable to connect to the server; ".repeat(12),
  );
  const report = {
    lab: "l",
    seconds: 1,
    passed: 0,
    failed: 1,
    ok: false,
    checks: [
      {
        id: "nodes",
        title: "Nodes",
        ok: false,
        seconds: 1,
        attempts: 1,
        rows: [{ subject: "n", expected: "an answer", seen, ok: false }],
      },
    ],
  } as unknown as Report;
  const text = tableReport(report, { colour: false, columns: 100 });
  expect(
    Math.max(
      ...text
        .split("\n")
        .slice(1)
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(100);
  const cells = text
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .slice(1)
    .map((line) => line.split("│")[4]!.trim());
  expect(cells.join("").replace(/\s/g, "")).toBe(seen.replace(/\s/g, ""));
});
