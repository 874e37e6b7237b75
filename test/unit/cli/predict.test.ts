import { readFileSync } from "node:fs";
import { join } from "node:path";
import { completions } from "../../../cli/complete";
import { UsageError } from "../../../common/errors";
import { parseBroken } from "../../../report/predict/broken";
import { predictionSchema, predictionSchemaText, type PredictionView } from "../../../report/predict/schema";
import { fileLab, stackLab } from "../../../pulumi/stack-lab";
import { problemsText } from "../../../report/check-text";
import { predictionText } from "../../../report/predict/text";
import { predictionView, type Question } from "../../../report/predict/view";
import { run } from "../../../cli/program";
import { ROOT, planOf, smallLab, stackValue } from "../plan/labs";
import { pathLab } from "../plan/paths-labs";

const plan = planOf(stackValue("vxlan"));
const NOTHING: Question = {
  session: false,
  rib: false,
  fib: false,
  path: null,
  router: null,
  broken: { links: [], machines: [] },
  diff: false,
};
const view = (asked: Partial<Question>): PredictionView => predictionView(plan, [], { ...NOTHING, ...asked });

describe("what is predicted", () => {
  test("by default: sessions, table sizes and the paths of workloads, of the reference lab", () => {
    const seen = view({});
    expect(seen.sessions?.map((each) => [each.name, each.state, each.receivedByA])).toEqual(
      ["leaf1-spine1", "leaf1-spine2", "leaf2-spine1", "leaf2-spine2"].map((name) => [name, "ESTABLISHED", [3, 4]]),
    );
    expect(seen.tables?.filter((each) => each.router.startsWith("leaf"))).toEqual([
      { router: "leaf1", prefixes: 6, entries: 11 },
      { router: "leaf2", prefixes: 6, entries: 11 },
    ]);
    expect(new Set(seen.paths?.map((path) => path.from.kind))).toEqual(new Set(["pod"]));
    expect(seen.paths?.every((path) => path.verdict === "arrives")).toBe(true);
    expect(seen).not.toHaveProperty("rib");
  });

  test("a part, of one router", () => {
    const seen = view({ rib: true, fib: true, router: "leaf1" });
    expect(seen).not.toHaveProperty("sessions");
    expect(
      new Set([...(seen.rib ?? []).map((each) => each.router), ...(seen.fib ?? []).map((each) => each.machine)]),
    ).toEqual(new Set(["leaf1"]));
    expect(
      seen.rib
        ?.find((each) => each.prefix === "10.0.102.0/24")
        ?.paths.map((path) => [path.nextHop, path.best, path.multipath]),
    ).toEqual([
      ["172.16.0.0", "sometimes", "always"],
      ["172.16.0.4", "sometimes", "always"],
    ]);
    expect(seen.fib?.find((each) => each.prefix === "10.0.102.0/24")?.nextHops.map((hop) => hop.machine)).toEqual([
      "spine1",
      "spine2",
    ]);
  });

  test("one path", () => {
    const seen = view({ path: ["pod:k8s-node-l2-1", "pod:k8s-node-l1-2"] });
    expect(seen.paths?.map((path) => path.ttls)).toEqual([[62]]);
    expect(predictionText(seen, false)).toContain(
      "pod:k8s-node-l2-1 10.64.0.193 to pod:k8s-node-l1-2 10.64.0.129: arrives with ttl 62\n",
    );
    expect(predictionText(seen, false)).toContain("UDP 4789 VNI 4096 10.0.102.101 > 10.0.101.102");
  });

  test("the broken lab, and what it changes", () => {
    const broken = parseBroken("link:spine1-leaf1,node:spine2", plan);
    expect(broken).toEqual({ links: ["leaf1-spine1"], machines: ["spine2"] });
    const seen = view({ broken, diff: true });
    expect(seen.diff?.sessions.map((each) => [each.what, each.was, each.now.split(":")[0]])).toEqual([
      ["leaf1-spine1", "ESTABLISHED", "NOT_ESTABLISHED"],
      ["leaf1-spine2", "ESTABLISHED", "NOT_ESTABLISHED"],
      ["leaf2-spine2", "ESTABLISHED", "NOT_ESTABLISHED"],
    ]);
    expect(seen.diff?.routes).toContainEqual({
      at: "leaf1",
      what: "10.0.102.0/24",
      was: "bgp via 172.16.0.0, 172.16.0.4",
      now: "none",
    });
    expect(seen.diff?.routes.some((each) => each.at === "spine2")).toBe(false);
    expect(seen.diff?.paths).toContainEqual({
      at: "k8s-node-l1-1",
      what: "k8s-node-l2-1",
      was: "k8s-node-l1-1 > leaf1 > {spine1, spine2} > leaf2 > k8s-node-l2-1",
      now: "k8s-node-l1-1 > leaf1: dropped, leaf1 has no route to 10.0.102.101",
    });
    expect(seen.diff?.paths.some((each) => each.at === "k8s-node-l1-1" && each.what === "k8s-node-l1-2")).toBe(false);
  });

  test("one spine less moves paths and loses none", () => {
    const { diff } = view({ broken: parseBroken("node:spine1", plan), diff: true });
    const moved = diff?.paths.filter((each) => each.at.startsWith("pod:") && each.what.startsWith("pod:")) ?? [];
    expect(moved).toHaveLength(12);
    expect(moved.every((each) => each.was.includes("{spine1, spine2}") && each.now.includes("> spine2 >"))).toBe(true);
  });

  test.each([
    ["link:leaf1-spine9", 'no link "leaf1-spine9". Did you mean "leaf1-spine1"?'],
    ["node:leef1", 'no machine "leef1". Did you mean "leaf1"?'],
    ["spine1", "write link:NAME or node:NAME"],
    ["port:swp1", "write link:NAME or node:NAME"],
  ])("--broken %s is refused", (text, message) => {
    expect(() => parseBroken(text, plan)).toThrow(UsageError);
    expect(() => parseBroken(text, plan)).toThrow(message);
  });

  test("names that are none are refused with what was meant", () => {
    expect(() => view({ router: "leaf3" })).toThrow('has no machine "leaf3". Did you mean "leaf1"?');
    expect(() => view({ path: ["k8s-node-l1-1", "pod:k8s-node-l2-9"] })).toThrow('no endpoint "pod:k8s-node-l2-9"');
    expect(() => view({ path: ["service:kube-dns", "leaf1"] })).toThrow("packets can't start at a service");
  });
});

describe("what is too much", () => {
  // Just above the limit: 72 nodes with a pod each, 5112 ordered pairs. Few switches, so that the rest is quickly predicted.
  const big = planOf({
    name: "big",
    fabric: { spines: 2, leaves: 3 },
    nodes: Array.from({ length: 72 }, (_, i) => ({
      name: `n${(i % 3) + 1}-${Math.floor(i / 3) + 1}`,
      leaf: `leaf${(i % 3) + 1}`,
      role: i === 0 ? "control-plane" : "worker",
    })),
  });

  test.each<[string, Partial<Question>, string]>([
    ["all pairs", {}, "\nLeft out: the paths of "],
    [
      "what a difference compares",
      { diff: true, broken: { links: [], machines: ["spine2"] } },
      "Paths that change (left out)",
    ],
  ])("is told, with how to get it: %s", (_, asked, heading) => {
    const seen = predictionView(big, [], { ...NOTHING, ...asked });
    expect(seen.leftOut).toEqual([
      expect.stringMatching(
        /^the paths of \d+ pairs of endpoints, more than 5000: ask for those of one machine \(--router NAME\) or for one \(--path SRC DST\)$/,
      ),
    ]);
    const text = predictionText(seen, false);
    expect(text).toContain("\nLeft out: the paths of ");
    expect(text).toContain(heading);
  });

  test("one machine's paths are not, nor what asks for none", () => {
    for (const asked of [
      { diff: true, router: "n1-1", broken: { links: [], machines: ["spine2"] } },
      { session: true },
      { path: ["leaf1", "leaf2"] as const },
    ])
      expect(predictionView(big, [], { ...NOTHING, ...asked }).leftOut).toEqual([]);
  });
});

describe("JSON", () => {
  test.each<[string, Partial<Question>]>([
    ["all", {}],
    ["sessions", { session: true }],
    ["tables", { rib: true, fib: true }],
    ["a path", { path: ["leaf1", "8.8.8.8"] }],
    ["a difference", { diff: true, broken: { links: [], machines: ["leaf2"] } }],
  ])("%s is as the schema says", (_, asked) => {
    const seen = view(asked);
    expect(predictionSchema.parse(JSON.parse(JSON.stringify(seen)))).toEqual(seen);
  });

  test("of a lab with BGP to the nodes too", () => {
    const seen = predictionView(pathLab("bgp"), [], { ...NOTHING, session: true, rib: true, fib: true });
    expect(predictionSchema.parse(JSON.parse(JSON.stringify(seen)))).toEqual(seen);
    expect(seen.sessions?.filter((each) => each.state === "ESTABLISHED")).toHaveLength(7);
  });

  test("a problem of a file has its place there", () => {
    const file = join("test", "fixtures", "broken", "001-two-leaves-with-one-as-number.yaml");
    const { uri, problems } = fileLab(ROOT, "vxlan", join(ROOT, file));
    expect(problemsText(uri, problems).split("\n")[0]).toMatch(
      /^test\/fixtures\/broken\/001-two-leaves-with-one-as-number\.yaml:14:15 fabric\.leaves\[1\]\.as: AS 65101 /,
    );
  });

  test("docs/predict.schema.json is the schema (npm run schema writes it)", () => {
    expect(readFileSync(join(ROOT, "docs", "predict.schema.json"), "utf8")).toBe(predictionSchemaText());
  });
});

describe("labs that are not sound", () => {
  test("one that rules refuse is predicted: leaves of one AS number drop each other's routes", () => {
    const lab = smallLab();
    const { plan: refused, problems } = stackLab({
      ...lab,
      fabric: {
        ...lab.fabric,
        leaves: [
          { name: "leaf1", as: 65100 },
          { name: "leaf2", as: 65100 },
        ],
      },
    });
    expect(problems.some((each) => each.severity === "error")).toBe(true);
    const seen = predictionView(refused ?? plan, problems, { ...NOTHING, path: ["node1", "node2"] });
    expect(seen.problems).toEqual(problems);
    expect(seen.paths?.[0]).toMatchObject({ verdict: "dropped", drops: [{ at: "leaf1", cause: "no route" }] });
  });

  test("one that is not even complete has problems only", () => {
    const { plan: none, problems } = stackLab({ ...smallLab(), nodes: [{ name: "node1", leaf: "leaf7" }] });
    expect(none).toBeNull();
    expect(problems.length).toBeGreaterThan(0);
    expect(stackLab({ ...smallLab(), fabric: { spines: "two", leaves: 2 } }).plan).toBeNull();
  });
});

describe("the command", () => {
  const printed = async (...args: string[]): Promise<string> => {
    const written: string[] = [];
    const spy = jest.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
    try {
      await run(["predict", ...args]);
    } finally {
      spy.mockRestore();
    }
    return written.join("");
  };

  test("reads the stack's file, with no engine and no set-up", async () => {
    expect(await printed("--stack", "vxlan", "--session")).toContain("leaf2 172.16.0.7 AS 65102");
    expect(
      predictionSchema.safeParse(
        JSON.parse(await printed("--file", join(ROOT, "Pulumi.dev.yaml"), "--json")) as unknown,
      ).success,
    ).toBe(true);
  });

  test("refuses what can't be meant", async () => {
    await expect(printed("--diff")).rejects.toThrow(UsageError);
    await expect(printed("--path", "leaf1")).rejects.toThrow(UsageError);
    await expect(printed("--stack", "nowhere")).rejects.toThrow("there is no stack config file Pulumi.nowhere.yaml");
  });

  test("names are completed", async () => {
    const complete = (...words: string[]): Promise<string[] | null> =>
      completions(ROOT, ["predict", "--stack", "vxlan", ...words], "dev");
    expect(await complete("--router", "sp")).toEqual(["spine1", "spine2"]);
    expect(await complete("--path", "leaf1", "service:k")).toEqual(["service:kube-dns", "service:kubernetes"]);
    expect(await complete("--broken", "node:spine1,link:leaf1-s")).toEqual([
      "node:spine1,link:leaf1-spine1",
      "node:spine1,link:leaf1-spine2",
    ]);
  });
});
