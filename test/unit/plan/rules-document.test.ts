import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OUTCOME_RULES, RULES } from "../../../plan";
import { REGISTERED_RULES } from "../../../plan/rules/registered";
import { rulesDocument } from "../../../plan/rules/document";
import { ROOT } from "./labs";

test("docs/rules.md is what the rules say (npm run rules writes it)", () => {
  expect(readFileSync(join(ROOT, "docs", "rules.md"), "utf8")).toBe(
    rulesDocument(RULES, OUTCOME_RULES, REGISTERED_RULES),
  );
});
