/** Stand-in for the official `kubernetes` provider plugin 4.28.0, for where it can't be had: any typed object or CustomResource, by server-side apply. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { changes, under } from "../../../provider/protocol/diff";
import { serve, type DiffResult } from "../../../provider/protocol/serve";
import { plainProperties, UNKNOWN, type Properties } from "../../../provider/protocol/values";
import { Cluster } from "./cluster";
import { objectResource, type Settings } from "./object";
import { tokenGvk } from "./types";

let settings: Settings = { cluster: null, namespace: "default", mutable: { configMaps: false, secrets: false } };

/** What this stand-in knows of the provider's configuration; the rest is a clear error, never silently ignored. */
const CONFIG = ["kubeconfig", "context", "namespace", "clusterIdentifier", "enableServerSideApply", "enableConfigMapMutable", "enableSecretMutable", "version", "pluginDownloadURL"];

function kubeconfig(given: string | undefined): string | null {
  if (given !== undefined && given !== "") return given;
  const file = process.env.KUBECONFIG ?? path.join(homedir(), ".kube", "config");
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

const isTrue = (value: unknown, variable: string): boolean => value === true || value === "true" || (value === undefined && process.env[variable] === "true");

/** Another cluster means other objects: by clusterIdentifier where it is given, else by the server that the kubeconfig names. */
function diffConfig(before: Properties, after: Properties): DiffResult {
  const [old, now] = [plainProperties(before), plainProperties(after)];
  const found = changes(old, now), server = (p: Properties): string | undefined => /server:\s*(\S+)/.exec(String(p.kubeconfig ?? ""))?.[1];
  const replace = old.clusterIdentifier !== undefined || now.clusterIdentifier !== undefined
    ? [...found.keys()].filter((k) => k === "clusterIdentifier")
    : now.kubeconfig !== UNKNOWN && server(old) !== server(now) ? [...found.keys()].filter((k) => under(k, "kubeconfig")) : [];
  return { changes: found, replace };
}

serve({
  name: "kubernetes",
  version: "4.28.0",
  resource: (type) => { tokenGvk(type); return objectResource(settings); },
  checkConfig: (inputs) => ({ inputs, failures: Object.keys(inputs).filter((k) => !CONFIG.includes(k))
    .map((k) => ({ property: k, reason: `${k}: not provided by this stand-in for the \`kubernetes\` plugin; install the official one` })) }),
  diffConfig,
  configure: (given) => {
    const p = plainProperties(given), text = p.kubeconfig === UNKNOWN ? null : kubeconfig(p.kubeconfig as string | undefined);
    const context = p.context as string | undefined;
    if (p.enableServerSideApply === false || p.enableServerSideApply === "false") throw new Error("enableServerSideApply: this stand-in only applies server-side; install the official plugin for client-side apply");
    settings = {
      cluster: text === null ? null : new Cluster({ kubeconfig: text, ...(context === undefined ? {} : { context }) }),
      namespace: (p.namespace as string | undefined) ?? "default",
      mutable: { configMaps: isTrue(p.enableConfigMapMutable, "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"), secrets: isTrue(p.enableSecretMutable, "PULUMI_K8S_ENABLE_SECRET_MUTABLE") },
    };
  },
  invoke: async (token) => { throw new Error(`${token}: not provided by this stand-in for the \`kubernetes\` plugin; install the official one (pulumi plugin install resource kubernetes v4.28.0)`); },
});
