import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RULES } from ".";
import { OUTCOME_RULE_TEXTS } from "./outcome-rules";
import { rulesDocument } from "./document";
import { REGISTERED_RULES } from "./registered";

/** Writes `docs/rules.md` at the root of the repository, from source or from `dist/`. */
function main(): void {
  let root = __dirname;
  while (!existsSync(join(root, "package.json"))) root = dirname(root);
  writeFileSync(join(root, "docs", "rules.md"), rulesDocument(RULES, OUTCOME_RULE_TEXTS, REGISTERED_RULES));
}

main();
