import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchemaText } from "../../../lab-spec/json-schema";

const ROOT = join(__dirname, "..", "..", "..");

test("lab-spec/schema.json is what the schema says (npm run schema writes it)", () => {
  expect(readFileSync(join(ROOT, "lab-spec", "schema.json"), "utf8")).toBe(stackFileSchemaText());
});

test.each(["dev", "vxlan"])("Pulumi.%s.yaml tells editors where the schema is", (stack) => {
  expect(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")).toMatch(
    /^# yaml-language-server: \$schema=lab-spec\/schema\.json$/m,
  );
});

test("every setting has a description", () => {
  const bare: string[] = [];
  const visit = (schema: Record<string, unknown>, path: string): void => {
    for (const [key, inner] of Object.entries(
      (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      if (inner["description"] === undefined && path !== "") bare.push(`${path}.${key}`);
      visit(inner, `${path}.${key}`);
    }
    for (const inner of [schema["items"], ...((schema["anyOf"] ?? []) as unknown[])])
      if (inner !== undefined) visit(inner as Record<string, unknown>, path);
  };
  const root = JSON.parse(stackFileSchemaText()) as {
    properties: { config: { properties: Record<string, Record<string, unknown>> } };
  };
  visit(root.properties.config.properties["fabriclab:lab"]!, "lab");
  expect(bare).toEqual([]);
});
