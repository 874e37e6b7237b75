import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { stackFileSchemaText } from "./json-schema";
import { referenceDocument, type SpecExample } from "./reference";

/** The stack files of docs/examples, by name. */
export function readExamples(root: string): SpecExample[] {
  const folder = join(root, "docs", "examples");
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const stack = parse(readFileSync(join(folder, file), "utf8")) as { config: Record<string, unknown> };
      return { file, lab: stack.config["fabriclab:lab"] };
    });
}

/** Writes `lab-spec/schema.json` and `docs/spec-fields.md` at the root of the repository, from source or from `dist/`. */
function main(): void {
  let root = __dirname;
  while (!existsSync(join(root, "package.json"))) root = dirname(root);
  writeFileSync(join(root, "lab-spec", "schema.json"), stackFileSchemaText());
  writeFileSync(join(root, "docs", "spec-fields.md"), referenceDocument(readExamples(root)));
}

if (require.main === module) main();
