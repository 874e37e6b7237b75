import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stackFileSchemaText } from "./json-schema";

/** Writes `lab-spec/schema.json` at the root of the repository, from source or from `dist/`. */
function main(): void {
  let root = __dirname;
  while (!existsSync(join(root, "package.json"))) root = dirname(root);
  writeFileSync(join(root, "lab-spec", "schema.json"), stackFileSchemaText());
}

main();
