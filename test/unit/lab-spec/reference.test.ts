import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSpec } from "../../../plan";
import { pathsOf, referenceDocument, specFields } from "../../../lab-spec/reference";
import { readExamples } from "../../../lab-spec/write-schema";

const ROOT = join(__dirname, "..", "..", "..");
const examples = readExamples(ROOT);

test("docs/spec-fields.md is what the schema says (npm run schema writes it)", () => {
  expect(readFileSync(join(ROOT, "docs", "spec-fields.md"), "utf8")).toBe(referenceDocument(examples));
});

test("every field of the spec stands in one of the examples", () => {
  const shown = new Set(examples.flatMap(({ lab }) => pathsOf(lab)));
  expect(
    specFields()
      .map(({ path }) => path)
      .filter((path) => !shown.has(path)),
  ).toEqual([]);
});

test.each(examples.map(({ file, lab }) => [file, lab]))("docs/examples/%s is sound", (file, lab) => {
  const parsed = parseSpec(lab);
  const rules = "problems" in parsed ? parsed.problems.map(({ rule }) => rule) : [];
  // A NetScaler is predicted and not built yet: the example's first line says so.
  expect(rules).toEqual(file === "netscaler.yaml" ? ["netscaler-unbuilt"] : []);
});

test("a value's paths are those under which fields are described", () => {
  const value = { fabric: { leaves: [{ name: "leaf1", bgp: { hold: 9 } }] }, rules: { overlap: { off: "a reason" } } };
  expect(pathsOf(value)).toEqual([
    "fabric",
    "fabric.leaves",
    "fabric.spines[].name",
    "fabric.spines[].bgp",
    "fabric.bgp.hold",
    "rules",
    "rules.*.off",
  ]);
});
