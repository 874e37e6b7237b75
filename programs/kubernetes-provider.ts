import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { VERSIONS } from "../lab-spec/versions";

/** Module path of Pulumi's official kubernetes provider. */
export const KUBERNETES_PROVIDER = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/**
 * Writes what the provider's main package embeds. Its maintainers make both files before a release and keep them out of the module; their
 * sources are in it. The schema gets the version that the provider reports, the rest stays as it is.
 *
 * @throws Error when the module's schema is not that of the kubernetes provider
 */
export function writeEmbeddedFiles(source: string, target: string): readonly string[] {
  const read = (name: string): Record<string, unknown> =>
    JSON.parse(readFileSync(path.join(source, "cmd", "pulumi-resource-kubernetes", name), "utf8")) as Record<
      string,
      unknown
    >;
  const schema = read("schema.json");
  if (schema["name"] !== "kubernetes") throw new Error(`${source} holds no schema of the kubernetes provider`);
  const files = {
    "schema.json": { ...schema, version: VERSIONS.pulumiKubernetes },
    "terraform-mapping.json": read("terraform-mapping.json"),
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(path.join(target, name), JSON.stringify(value));
  return Object.keys(files);
}
