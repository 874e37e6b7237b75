import { readFileSync } from "node:fs";
import * as path from "node:path";
import { VERSIONS } from "../lab-spec/versions";
import { findRoot } from "../common/root";

/** Version of this checkout. @throws Failure outside of any */
export const ownVersion = (root: string): string =>
  (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string }).version;

/** "fabriclab 0.1.0 (Pulumi 3.250.0, Kubernetes v1.34.4, Calico v3.28.5)" */
export function versionText(): string {
  let own = "";
  try {
    own = ` ${ownVersion(findRoot())}`;
  } catch {
    // Outside a checkout there is no version to tell; commands that need a checkout say so.
  }
  return `fabriclab${own} (Pulumi ${VERSIONS.pulumi}, Kubernetes ${VERSIONS.kubernetes}, Calico ${VERSIONS.calico})`;
}
