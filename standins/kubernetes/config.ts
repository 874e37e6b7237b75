import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { changes, under } from "../../provider/protocol/diff";
import type { CheckResult, DiffResult } from "../../provider/protocol/serve";
import { plainProperties, UNKNOWN, type Properties } from "../../provider/protocol/values";
import { Cluster } from "./cluster";
import type { Settings } from "./object";

/** Configuration that this stand-in acts on. */
const KNOWN = [
  "kubeconfig",
  "context",
  "namespace",
  "clusterIdentifier",
  "enableServerSideApply",
  "enableConfigMapMutable",
  "enableSecretMutable",
  "deleteUnreachable",
  "skipUpdateUnreachable",
];
/** Configuration without effect here: warnings that this stand-in never gives, and what the engine adds. */
const IDLE = ["suppressDeprecationWarnings", "suppressHelmHookWarnings", "version", "pluginDownloadURL"];

/** What this stand-in does not know is a clear error, never silently ignored. */
export function checkConfig(inputs: Properties): CheckResult {
  const p = plainProperties(inputs);
  const failures = Object.keys(inputs)
    .filter((k) => !KNOWN.includes(k) && !IDLE.includes(k) && !k.startsWith("__"))
    .map((k) => ({
      property: k,
      reason: `${k}: not provided by this stand-in for the \`kubernetes\` plugin; install the official one (pulumi plugin install resource kubernetes v4.28.0)`,
    }));
  if (p.enableServerSideApply === false || p.enableServerSideApply === "false")
    failures.push({
      property: "enableServerSideApply",
      reason:
        "enableServerSideApply: this stand-in only applies server-side; install the official plugin for client-side apply",
    });
  return { inputs, failures };
}

/** Another cluster means other objects: by clusterIdentifier where it is given, else by the server that the kubeconfig names. */
export function diffConfig(before: Properties, after: Properties): DiffResult {
  const [old, now] = [plainProperties(before), plainProperties(after)];
  const found = changes(old, now);
  const server = (p: Properties): string | undefined =>
    /server:\s*(\S+)/.exec(kubeconfig(p.kubeconfig as string | undefined) ?? "")?.[1];
  const byName = old.clusterIdentifier !== undefined || now.clusterIdentifier !== undefined;
  const replace = byName
    ? [...found.keys()].filter((k) => k === "clusterIdentifier")
    : now.kubeconfig !== UNKNOWN && server(old) !== server(now)
      ? [...found.keys()].filter((k) => under(k, "kubeconfig") || k === "context")
      : [];
  return { changes: found, replace };
}

/** Text of the kubeconfig: given as such, as a file's name, or by KUBECONFIG or the user's own; null where there is none. */
function kubeconfig(given: string | undefined): string | null {
  if (given !== undefined && given !== "") {
    const file = given.startsWith("~/") ? path.join(homedir(), given.slice(2)) : given;
    return !given.includes("\n") && existsSync(file) ? readFileSync(file, "utf8") : given;
  }
  const file = process.env.KUBECONFIG ?? path.join(homedir(), ".kube", "config");
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { readonly name: string; readonly context?: { readonly namespace?: string } }[];
}

/** Namespace of the kubeconfig's context; most name none, and then nothing is parsed. */
async function contextNamespace(text: string, context: string | undefined): Promise<string | undefined> {
  if (!/\bnamespace\b/.test(text)) return undefined;
  const { parse } = await import("yaml");
  const config = parse(text) as Kubeconfig;
  return config.contexts?.find((c) => c.name === (context ?? config["current-context"]))?.context?.namespace;
}

const isTrue = (value: unknown, variable: string): boolean =>
  value === true || value === "true" || (value === undefined && process.env[variable] === "true");

/** Settings of a configured provider. */
export async function settingsOf(given: Properties): Promise<Settings> {
  const p = plainProperties(given);
  const text = p.kubeconfig === UNKNOWN ? null : kubeconfig(p.kubeconfig as string | undefined);
  const context = p.context as string | undefined;
  const own = text === null ? undefined : await contextNamespace(text, context);
  return {
    cluster: text === null ? null : new Cluster({ kubeconfig: text, ...(context === undefined ? {} : { context }) }),
    namespace: (p.namespace as string | undefined) ?? own ?? "default",
    mutable: {
      configMaps: isTrue(p.enableConfigMapMutable, "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
      secrets: isTrue(p.enableSecretMutable, "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    },
    unreachable: isTrue(p.deleteUnreachable, "PULUMI_K8S_DELETE_UNREACHABLE")
      ? "delete"
      : isTrue(p.skipUpdateUnreachable, "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE")
        ? "skip"
        : "error",
  };
}
