import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  unknownCheckingProxy,
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { parse } from "yaml";
import { afterPrediction, allocate, checkLab, OUTCOME_RULES, RULES } from "../../../plan";
import { REGISTERED_RULES } from "../../../plan/rules/registered";
import { isExcepted } from "../../../policy/configuration";
import { plainValue } from "../../../policy/plain";
import { policies } from "../../../policy/policies";
import { readSpec, type LabSpec } from "../../../lab-spec";

const ROOT = join(__dirname, "..", "..", "..");
const BROKEN = join(__dirname, "..", "..", "fixtures", "broken");
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const URN = "urn:pulumi:dev::fabriclab::fabriclab:index:Lab::broken";
const labPolicies = policies().filter(({ name }) =>
  RULES.some((rule) => rule.name === name),
) as ResourceValidationPolicy[];

/** Runs a resource policy as the engine would, on plain properties. */
function judge(
  policy: ResourceValidationPolicy,
  type: string,
  name: string,
  props: Record<string, unknown>,
  config: object = {},
): string[] {
  const told: string[] = [];
  const args = {
    type,
    name,
    urn: name === "broken" ? URN : `urn:pulumi:dev::p::${type}::${name}`,
    props: unknownCheckingProxy(props),
    getConfig: () => config,
    isType: (resource: { __pulumiType?: string }) => resource.__pulumiType === type,
    notApplicable: () => undefined,
  } as unknown as ResourceValidationArgs;
  const validate = policy.validateResource as (
    args: ResourceValidationArgs,
    report: (message: string, urn?: string) => void,
  ) => void;
  validate(args, (message, urn) => told.push(`${urn} ${message}`));
  return told;
}

test("one policy a rule, errors mandatory, warnings advisory, each with the schema of its exceptions", () => {
  const made = policies();
  expect(made.map(({ name }) => name)).toEqual(
    [...RULES, ...OUTCOME_RULES, ...REGISTERED_RULES].map(({ name }) => name),
  );
  expect(made.map(({ enforcementLevel }) => enforcementLevel)).toEqual(
    [...RULES, ...OUTCOME_RULES, ...REGISTERED_RULES].map(({ severity }) =>
      severity === "error" ? "mandatory" : "advisory",
    ),
  );
  for (const { configSchema } of made)
    expect(configSchema?.properties?.["exceptions"]).toMatchObject({ items: { required: ["resource", "reason"] } });
});

describe("policies of labs", () => {
  const files = readdirSync(BROKEN).filter((file) => file.endsWith(".yaml"));
  /** The spec of a broken lab; none where it can't even be read. */
  const specOf = (file: string): LabSpec | null => {
    const { config } = parse(readFileSync(join(BROKEN, file), "utf8")) as { config: Record<string, unknown> };
    const { spec, problems } = readSpec(config["fabriclab:lab"]);
    return problems.length > 0 ? null : spec;
  };
  /** Rules that a broken lab breaks, as the text beside it says. */
  const rulesIn = (file: string): string[] =>
    [
      ...readFileSync(join(BROKEN, file.replace(/yaml$/, "txt")), "utf8").matchAll(/ \[([a-z-]+)(?:, warning)?\]$/gm),
    ].flatMap(([, rule]) => rule ?? []);

  /** The first broken lab of every rule: what a policy makes of a finding is the same for all. */
  const chosen = new Map<string, readonly [file: string, spec: LabSpec]>();
  for (const file of files) {
    const news = rulesIn(file).filter((rule) => !chosen.has(rule));
    const spec = news.length === 0 ? null : specOf(file);
    if (spec !== null) for (const rule of news) chosen.set(rule, [file, spec]);
  }

  test("say of a broken lab what its rules say, at the component and the path; there is one for every rule", () => {
    // Facts of the machine are no part of a lab.
    expect(labPolicies.map(({ name }) => name).filter((name) => !chosen.has(name))).toEqual(["host-overlap"]);
    for (const [file, spec] of new Map(chosen.values())) {
      const props = JSON.parse(JSON.stringify({ spec })) as Record<string, unknown>;
      const told = labPolicies.flatMap((policy) => judge(policy, "fabriclab:index:Lab", "broken", props));
      const lab = allocate(spec);
      // Where a rule yields to the prediction its policy says nothing.
      const yielded = new Set(
        afterPrediction(lab, checkLab(lab)).flatMap(({ rule, severity }) =>
          severity === RULES.find(({ name }) => name === rule)?.severity ? [] : [rule],
        ),
      );
      const expected = checkLab(lab).filter(({ rule }) => !yielded.has(rule));
      expect({ file, told: told.length }).toEqual({ file, told: expected.length });
      for (const { message, path, remedy } of expected) {
        const at = path === "" ? "spec" : `spec.${path}`;
        expect(
          told.some(
            (each) =>
              each.startsWith(`${URN} ${message}\n  where:  ${URN}\n          ${at}`) &&
              each.includes(`remedy: ${remedy}`),
          ),
        ).toBe(true);
      }
    }
  });

  test("read no other resource, and pass what is excepted", () => {
    const spec = specOf(files.find((file) => file.startsWith("052"))!);
    const policy = labPolicies.find(({ name }) => name === "neighbor-as")!;
    expect(judge(policy, "fabriclab:index:Lab", "broken", { spec })).toHaveLength(1);
    expect(judge(policy, "other:index:Lab", "broken", { spec })).toEqual([]);
    expect(
      judge(
        policy,
        "fabriclab:index:Lab",
        "broken",
        { spec },
        { exceptions: [{ resource: "*:Lab::br*", reason: "a test" }] },
      ),
    ).toEqual([]);
    expect(
      judge(
        policy,
        "fabriclab:index:Lab",
        "broken",
        { spec },
        { exceptions: [{ resource: "brok", reason: "a test" }] },
      ),
    ).toHaveLength(1);
  });
});

describe("policies of registered resources", () => {
  test("know the routers of a lab whose outputs carry its spec alone, as those of a stack as a whole do", () => {
    const { config } = parse(readFileSync(join(ROOT, "Pulumi.bgp.yaml"), "utf8")) as {
      config: Record<string, unknown>;
    };
    const { spec } = readSpec(config["fabriclab:lab"]);
    const peerAs = policies().find(({ name }) => name === "calico-peer-as") as StackValidationPolicy;
    const resource = (type: string, name: string, props: object): object => ({
      type,
      name,
      urn: `urn::${name}`,
      props: unknownCheckingProxy(JSON.parse(JSON.stringify(props)) as Record<string, unknown>),
    });
    const told = (asNumber: number): string[] => {
      const messages: string[] = [];
      const resources = [
        resource("fabriclab:index:Lab", "bgp", { spec }),
        resource("kubernetes:crd.projectcalico.org/v1:BGPPeer", "by-hand", {
          spec: { peerIP: "10.0.101.1", asNumber },
        }),
      ];
      void peerAs.validateStack({ resources, getConfig: () => ({}) } as unknown as StackValidationArgs, (message) =>
        messages.push(message),
      );
      return messages;
    };
    expect(told(65101)).toEqual([]);
    expect(told(65109)).toEqual([expect.stringContaining("65109, and leaf1, which owns 10.0.101.1, has AS 65101")]);
  });

  const POOL = "kubernetes:crd.projectcalico.org/v1:IPPool";
  const both = { spec: { cidr: UNKNOWN, ipipMode: "Always", vxlanMode: "Always" } };
  const encapsulation = policies().find(({ name }) => name === "calico-pool-encapsulation") as ResourceValidationPolicy;

  test("judge what is known of a resource during a preview", () => {
    expect(judge(encapsulation, POOL, "pool", both)[0]).toMatch(
      /^urn:pulumi:dev::p::kubernetes:crd\.projectcalico\.org\/v1:IPPool::pool spec\.ipipMode is Always/,
    );
    expect(judge(encapsulation, POOL, "pool", { spec: { ...both.spec, vxlanMode: UNKNOWN } })).toEqual([]);
  });

  test("judge a stack as a whole, without what is excepted", () => {
    const overlap = policies().find(({ name }) => name === "calico-pool-overlap") as StackValidationPolicy;
    const pools = ["one", "two"].map((name) => ({
      type: POOL,
      name,
      urn: `urn::${name}`,
      props: unknownCheckingProxy({ spec: { cidr: "10.244.0.0/16" } }),
    })) as unknown as PolicyResource[];
    const told = (config: object): (string | undefined)[] => {
      const urns: (string | undefined)[] = [];
      void overlap.validateStack(
        { resources: pools, getConfig: () => config } as unknown as StackValidationArgs,
        (_, urn) => urns.push(urn),
      );
      return urns;
    };
    expect(told({})).toEqual(["urn::two"]);
    expect(told({ exceptions: [{ resource: "two", reason: "a test" }] })).toEqual([]);
  });
});

test("what isn't known yet is left out", () => {
  expect(
    plainValue(
      unknownCheckingProxy({ a: 1, b: UNKNOWN, c: { d: [1, { e: UNKNOWN, f: null }] } }) as Record<string, unknown>,
    ),
  ).toEqual({ a: 1, c: { d: [1, { f: null }] } });
});

test("exceptions name resources whole; only * stands for other text", () => {
  const named = (resource: string): boolean =>
    isExcepted({ exceptions: [{ resource, reason: "a test" }] }, { urn: "urn:pulumi:dev::p::t::a.b", name: "a.b" });
  expect(["a.b", "a*", "*::t::*", "urn:pulumi:dev::p::t::a.b"].map(named)).toEqual([true, true, true, true]);
  expect(["a", "axb", "a.?", "b*", "(a.b)"].map(named)).toEqual([false, false, false, false, false]);
});
