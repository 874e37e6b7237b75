import { readFileSync } from "node:fs";
import * as path from "node:path";
import { VERSIONS } from "../lab-spec/versions";
import { findRoot } from "../common/root";
import { earlierWay } from "../pulumi/setup-file";

/** Version of this checkout. @throws Failure outside of any */
export const ownVersion = (root: string): string =>
  (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string }).version;

/**
 * "fabriclab 0.1.0 (Pulumi 3.250.0, kubernetes provider 4.28.0, Kubernetes v1.34.4, Calico v3.28.5)". A checkout that is set up from package registries
 * tells what its plugins are in truth.
 */
export function versionText(): string {
  let own = "";
  let built = "";
  try {
    const root = findRoot();
    own = ` ${ownVersion(root)}`;
    if (earlierWay(root) === "registry") built = ` built from commit ${VERSIONS.pulumiKubernetesCommit}`;
  } catch {
    /* outside a checkout there is no version to tell, and other commands say so */
  }
  const provider = `kubernetes provider ${VERSIONS.pulumiKubernetes}${built}`;
  return `fabriclab${own} (Pulumi ${VERSIONS.pulumi}, ${provider}, Kubernetes ${VERSIONS.kubernetes}, Calico ${VERSIONS.calico})`;
}
