import { eachOf, asFinding, Untested } from "../../../verify/rows";
import { runChecks } from "../../../verify/run";
import { testPods } from "../../../verify/facts/kubernetes";
import { tableReport } from "../../../verify/report/table";
import type { ClusterLabAccess } from "../../../verify/cluster";
import type { Check, LabAccess, Report, Row } from "../../../verify/types";

/** A clock that goes on when somebody waits, and only then. */
const mockClock = { now: Date.parse("2026-11-27T05:00:00Z") };
jest.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number): Promise<void> => {
    mockClock.now += ms;
  },
}));
beforeEach(() => jest.spyOn(Date, "now").mockImplementation(() => mockClock.now));
afterEach(() => jest.restoreAllMocks());

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

describe("what fails and stays as it is", () => {
  const failing = (id: string, seen: (run: number) => string, patience?: number): Check & { runs: number } => {
    const check = {
      id,
      title: id,
      runs: 0,
      ...(patience === undefined ? {} : { patience: () => patience }),
      run: async () => [{ subject: "s", expected: "e", seen: seen(check.runs++), ok: false }],
    };
    return check;
  };
  const secondsOf = async (...checks: Check[]): Promise<{ seconds: number; until: number[] }> => {
    const begun = Date.now();
    const until: number[] = [];
    await runChecks(
      lab,
      checks,
      { wait: 100, onRetry: (_, end) => until.push(end.getTime() - begun) },
      () => undefined,
    );
    return { seconds: Math.round((Date.now() - begun) / 1000), until: until.map((ms) => Math.round(ms / 1000)) };
  };

  test("is awaited for its patience, which is told from the start, and not for the whole time", async () => {
    const { seconds, until } = await secondsOf(failing("short", () => "x"));
    expect(until[0]).toBe(10);
    expect(seconds).toBeGreaterThanOrEqual(10);
    expect(seconds).toBeLessThan(15);
  });

  test("is awaited longer where a check tries longer, or something still changes", async () => {
    expect((await secondsOf(failing("long", () => "x", 40))).seconds).toBeGreaterThanOrEqual(40);
    expect(
      (await secondsOf(failing("moving", (run) => (run < 20 ? `${run} of 20` : "20 of 20")))).seconds,
    ).toBeGreaterThan(25);
  });

  test("counts as unchanged while a session is down in one state or another", async () => {
    const states = ["Idle", "Connect", "Active"];
    expect((await secondsOf(failing("down", (run) => states[run % 3]!))).seconds).toBeLessThan(15);
  });
});

describe("what can't be tested", () => {
  const silent = new Untested("n1 does not answer: timed out");
  const check = (id: string, more: Partial<Check>): Check => ({ id, title: id, run: async () => [], ...more });
  const asked = async (): Promise<Row[]> =>
    eachOf(["n1", "n2"], String, async (name) => {
      if (name === "n1") throw silent;
      return [row(true)];
    });

  test("is one line for each reason, and no failure of the checks that suffer from it", async () => {
    const named = { plan: { name: "l" } } as unknown as LabAccess;
    const checks = [
      check("machines", { run: async () => (await asked()).map(asFinding) }),
      check("files", { run: asked }),
      check("kernel", { run: asked }),
      check("service", { needs: "a workload" }),
    ];
    const report = await runChecks(named, checks, {}, () => undefined);
    expect([report.ok, report.passed, report.failed, report.untested]).toEqual([false, 3, 1, 2]);
    expect(report.checks.map(({ untested }) => untested)).toEqual([false, true, true, false]);
    const text = tableReport(report, { colour: false, failedOnly: true });
    expect(text.split("\n").filter((line) => /NOT TESTED|Nothing|^FAIL|FAIL \d/.test(line))).toEqual([
      "machines  [machines]  FAIL 1 of 2",
      "NOT TESTED  n1 does not answer: timed out: files, kernel",
      "Nothing to test: service (needs a workload)",
      expect.stringMatching(/^FAIL  lab l: 3 as predicted, 1 not in machines, 2 not tested; 4 checks/),
    ]);
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
  } as unknown as ClusterLabAccess;
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
