import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { VERSIONS } from "../../../lab-spec/versions";
import { GO_MODULES } from "../../../programs/list";
import { writeEmbeddedFiles } from "../../../programs/kubernetes-provider";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "provider-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A module's sources with these two files. */
function sources(files: Record<string, unknown>): string {
  const folder = path.join(dir, "cmd", "pulumi-resource-kubernetes");
  mkdirSync(folder, { recursive: true });
  for (const [name, value] of Object.entries(files)) writeFileSync(path.join(folder, name), JSON.stringify(value));
  return dir;
}
const written = (name: string): unknown => JSON.parse(readFileSync(path.join(dir, name), "utf8"));

test("the schema gets the version that the provider reports, all else stays as the module has it", () => {
  const schema = {
    name: "kubernetes",
    displayName: "Kubernetes",
    version: "0.0.0",
    resources: { a: { type: "object" } },
  };
  const mapping = { name: "kubernetes", resources: {} };
  const names = writeEmbeddedFiles(sources({ "schema.json": schema, "terraform-mapping.json": mapping }), dir);
  expect([...names].sort()).toEqual(["schema.json", "terraform-mapping.json"]);
  expect(written("schema.json")).toEqual({ ...schema, version: VERSIONS.pulumiKubernetes });
  expect(written("terraform-mapping.json")).toEqual(mapping);
});

test("a module of another layout is refused", () => {
  expect(() => writeEmbeddedFiles(sources({ "schema.json": { name: "other" } }), dir)).toThrow(
    "holds no schema of the kubernetes provider",
  );
});

test("the main package embeds exactly the files that are written", () => {
  const main = readFileSync(path.join(__dirname, "../../../programs/modules/pulumi-kubernetes/main.go"), "utf8");
  const embedded = [...main.matchAll(/^\/\/go:embed (\S+)$/gm)].map((m) => m[1]);
  const files = { "schema.json": { name: "kubernetes" }, "terraform-mapping.json": {} };
  expect(embedded.sort()).toEqual([...writeEmbeddedFiles(sources(files), dir)].sort());
  expect(GO_MODULES.find((m) => m.name === "pulumi-kubernetes")!.embedded!.write).toBe(writeEmbeddedFiles);
});
