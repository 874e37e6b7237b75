import type { CheckFailure } from "../../provider/protocol/serve";
import { plainProperties, UNKNOWN, type Properties, type Value } from "../../provider/protocol/values";

type Kind = "string" | "boolean" | "list" | "strings" | "map" | "connection" | "logging" | "content";
const isObject = (v: Value): v is Properties => typeof v === "object" && v !== null && !Array.isArray(v);
const isText = (v: Value): boolean => typeof v === "string";

/** Every kind takes a value that is not known yet, which is a string on the wire. */
const KINDS: Readonly<Record<Kind, { fits: (v: Value) => boolean; wants: string }>> = {
  string: { fits: isText, wants: "a string" },
  boolean: { fits: (v) => typeof v === "boolean", wants: "true or false" },
  list: { fits: Array.isArray, wants: "a list" },
  strings: { fits: (v) => Array.isArray(v) && v.every(isText), wants: "a list of strings" },
  map: { fits: (v) => isObject(v) && Object.values(v).every(isText), wants: "an object of strings" },
  connection: { fits: isObject, wants: "an object with at least `host`" },
  logging: {
    fits: (v) => ["stdout", "stderr", "stdoutAndStderr", "none"].includes(v as string),
    wants: "stdout, stderr, stdoutAndStderr or none",
  },
  content: { fits: isObject, wants: "an asset or an archive" },
};

const COMMON = {
  create: "string",
  update: "string",
  delete: "string",
  environment: "map",
  stdin: "string",
  triggers: "list",
  addPreviousOutputInEnv: "boolean",
  logging: "logging",
} as const;
/** Inputs of @pulumi/command 1.2.1, by resource. */
export const INPUTS = {
  local: { ...COMMON, dir: "string", interpreter: "strings" },
  remote: { ...COMMON, connection: "connection" },
  copy: { connection: "connection", remotePath: "string", source: "content", triggers: "list" },
} as const satisfies Record<string, Readonly<Record<string, Kind>>>;
const REQUIRED: Readonly<Record<keyof typeof INPUTS, readonly string[]>> = {
  local: [],
  remote: ["connection"],
  copy: ["connection", "remotePath", "source"],
};

const CONNECTION: Readonly<Record<string, "string" | "number">> = {
  host: "string",
  port: "number",
  user: "string",
  privateKey: "string",
  privateKeyPassword: "string",
  password: "string",
  agentSocketPath: "string",
  dialErrorLimit: "number",
  perDialTimeout: "number",
  hostKey: "string",
};
/** Taken by the official plugin; here a clear refusal, so that nothing is silently left out. */
const OFFICIAL_ONLY = ["assetPaths", "archivePaths"];
const official = (property: string): CheckFailure => ({
  property,
  reason: `${property}: not provided by this stand-in for the \`command\` plugin; install the official one (pulumi plugin install resource command v1.2.1)`,
});

function checkConnection(connection: Properties): CheckFailure[] {
  const failures: CheckFailure[] =
    connection.host === undefined || connection.host === null
      ? [{ property: "connection.host", reason: "connection.host: required" }]
      : [];
  for (const [key, value] of Object.entries(connection)) {
    const property = `connection.${key}`;
    const kind = CONNECTION[key];
    if (value === null || value === UNKNOWN) continue;
    if (key === "proxy") failures.push(official(property));
    else if (kind === undefined) failures.push({ property, reason: `${property}: no such property` });
    // Never the value itself: it may be a key.
    else if (typeof value !== kind) failures.push({ property, reason: `${property}: wants a ${kind}` });
  }
  return failures;
}

/** Everything that is wrong with the inputs of a resource, each with its property. */
export function checkCommandInputs(resource: keyof typeof INPUTS, wire: Properties): CheckFailure[] {
  const inputs = plainProperties(wire);
  const known: Readonly<Record<string, Kind>> = INPUTS[resource];
  const failures: CheckFailure[] = REQUIRED[resource]
    .filter((p) => inputs[p] === undefined || inputs[p] === null)
    .map((p) => ({ property: p, reason: `${p}: required` }));
  for (const [property, value] of Object.entries(inputs)) {
    if (value === null || value === UNKNOWN) continue;
    const kind = known[property];
    if (kind === undefined)
      failures.push(
        resource === "local" && OFFICIAL_ONLY.includes(property)
          ? official(property)
          : { property, reason: `${property}: no such property` },
      );
    else if (!KINDS[kind].fits(value)) failures.push({ property, reason: `${property}: wants ${KINDS[kind].wants}` });
    else if (kind === "connection") failures.push(...checkConnection(value as Properties));
  }
  return failures;
}
