import Ajv from "ajv";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkStackText } from "../../../report/findings";
import { sarifLog } from "../../../report/sarif";
import { RULES } from "../../../plan";
import { ROOT } from "../plan/labs";

const load = (file: string): object => JSON.parse(readFileSync(require.resolve(file), "utf8")) as object;
const ajv = new Ajv({ schemaId: "id", meta: false, unknownFormats: "ignore" });
ajv.addMetaSchema(load("ajv/lib/refs/json-schema-draft-04.json"));
const valid = ajv.compile(load("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));

/** What is wrong with a log by the standard's own schema. */
function schemaErrors(log: unknown): string[] {
  return valid(log) === true ? [] : (valid.errors ?? []).map((error) => `${error.dataPath} ${error.message ?? ""}`);
}

const BROKEN = join(ROOT, "test", "fixtures", "broken");
const check = (text: string, uri = "Pulumi.x.yaml"): ReturnType<typeof checkStackText> => checkStackText(uri, text);
const LAB = `# a lab
config:
  fabriclab:lab:
    name: x
    fabric:
      spines: 2
      leaves:
        - leaf1
        - { name: leaf2, as: 65101 }
    nodes:
      - { name: m-1, leaf: leaf1, role: control-plane }
      - { name: n-2, leaf: leaf2 }
`;

test("a log of all broken specs is SARIF 2.1.0 by the standard's schema", () => {
  const files = readdirSync(BROKEN)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => checkStackText(`test/fixtures/broken/${file}`, readFileSync(join(BROKEN, file), "utf8")));
  const log = sarifLog(files, "0.1.0");
  expect(schemaErrors(log)).toEqual([]);
  expect(log.runs[0].results.length).toBeGreaterThan(files.length);
  for (const result of log.runs[0].results)
    expect(log.runs[0].tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
});

test("the schema test can fail", () => {
  expect(schemaErrors({ ...sarifLog([], "0.1.0"), version: "2.0.0" })).not.toEqual([]);
  const [run] = sarifLog([check(LAB)], "0.1.0").runs;
  expect(
    schemaErrors({ ...sarifLog([], "0.1.0"), runs: [{ ...run, results: [{ ...run.results[0], level: "fatal" }] }] }),
  ).not.toEqual([]);
});

test("a run without findings is valid too, and carries every rule with its help", () => {
  const log = sarifLog([check(LAB.replace("65101", "65102"))], "0.1.0");
  expect(schemaErrors(log)).toEqual([]);
  expect(log.runs[0].results).toEqual([]);
  const ids = log.runs[0].tool.driver.rules.map((rule) => rule.id);
  expect(RULES.map((rule) => rule.name).filter((name) => !ids.includes(name))).toEqual([]);
});

test("a result says which rule, where in the file and in the config, what, and the remedy", () => {
  const [result] = sarifLog([check(LAB)], "0.1.0").runs[0].results;
  expect(result).toMatchObject({
    ruleId: "duplicate-as",
    level: "error",
    message: {
      text: "fabric.leaves[1].as: AS 65101 is taken by leaf1 and leaf2: each drops the other's routes as a loop.\nfabric.leaves[0].as: 65101 (default)\nfabric.leaves[1].as: 65101\nGive every leaf an AS number of its own that no spine has.",
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "Pulumi.x.yaml" },
          region: { startLine: 9, startColumn: 30, endLine: 9, endColumn: 35 },
        },
        logicalLocations: [{ fullyQualifiedName: "fabriclab:lab.fabric.leaves[1].as" }],
      },
    ],
    suppressions: [],
  });
});

test("what a switched-off rule would say is there, suppressed with the reason", () => {
  const oneRack = LAB.replace("      - { name: n-2, leaf: leaf2 }\n", "");
  const checked = check(`${oneRack}    rules:\n      duplicate-as: { off: one rack has both leaves }\n`);
  expect(checked).toMatchObject({ sound: true, problems: [], off: { "duplicate-as": "one rack has both leaves" } });
  const log = sarifLog([checked], "0.1.0");
  expect(schemaErrors(log)).toEqual([]);
  expect(log.runs[0].results.map((result) => [result.ruleId, result.suppressions[0]?.justification])).toEqual([
    ["duplicate-as", "one rack has both leaves"],
  ]);
});

describe("places", () => {
  const FINE = LAB.replace("65101", "65102");
  const place = (text: string): [number, number, number, number] | undefined =>
    check(text).problems.map(({ region }): [number, number, number, number] => [
      region.startLine,
      region.startColumn,
      region.endLine,
      region.endColumn,
    ])[0];

  test.each<[string, string, [number, number, number, number]]>([
    ["a scalar", FINE.replace("name: x", "name: X"), [4, 11, 4, 12]],
    ["the key of a list", FINE.replace("spines: 2", "spines: []"), [6, 7, 6, 13]],
    [
      "the entry of a list in short form",
      FINE.replace("- leaf1", "- border").replace(", as: 65102", "").replace("leaf: leaf1", "leaf: leaf2"),
      [8, 11, 8, 17],
    ],
    ["an unknown setting's value", FINE.replace("spines: 2", "spines: 2\n      colour: red"), [7, 15, 7, 18]],
    ["what holds a missing setting", FINE.replace("leaf: leaf1, ", ""), [11, 9, 11, 43]],
    ["the lab's key when it is missing altogether", "config:\n  other: 1\n", [1, 1, 1, 7]],
    ["the place of an anchor", FINE.replace("as: 65102", "as: &n 65535"), [9, 33, 9, 38]],
    ["a syntax error", "config:\n  a: [1\n", [3, 1, 3, 2]],
    ["an empty file", "", [1, 1, 1, 1]],
  ])("%s", (_title, text, expected) => expect(place(text)).toEqual(expected));
});
