import { randomBytes } from "node:crypto";
import { changes, under } from "../../../provider/protocol/diff";
import type { CheckFailure, Operation, Resource } from "../../../provider/protocol/serve";
import { hasSecret, hasUnknown, plainProperties, secret, UNKNOWN, type Properties, type Value } from "../../../provider/protocol/values";
import type { Result } from "../../../ssh/client";
import { runLocal } from "./local";
import { endpoint, runRemote } from "./remote";

/** Properties of @pulumi/command 1.2.1, by resource. */
const COMMON = ["create", "update", "delete", "environment", "stdin", "triggers", "addPreviousOutputInEnv", "logging"];
const LOCAL = [...COMMON, "dir", "interpreter"];
const REMOTE = [...COMMON, "connection"];
/** Taken by the official plugin; here a clear refusal, so that nothing is silently left out. */
const OFFICIAL_ONLY = ["assetPaths", "archivePaths"];

type Step = "create" | "update" | "delete";

function check(remote: boolean, inputs: Properties): CheckFailure[] {
  const known = remote ? REMOTE : LOCAL, failures: CheckFailure[] = [];
  for (const property of Object.keys(inputs)) {
    if (OFFICIAL_ONLY.includes(property)) failures.push({ property, reason: `${property}: not provided by this stand-in; use the official \`command\` plugin` });
    else if (!known.includes(property)) failures.push({ property, reason: `${property}: no such property` });
  }
  if (remote) {
    const connection = plainProperties(inputs).connection as Properties | undefined;
    if (connection === undefined) failures.push({ property: "connection", reason: "connection: required" });
    else if (typeof connection === "object" && connection !== null && connection.host === undefined) failures.push({ property: "connection.host", reason: "connection.host: required" });
  }
  return failures;
}

/** Outputs of a run, secret when anything that went in was. */
function outputs(inputs: Properties, result: { stdout: Value; stderr: Value }): Properties {
  const mark = (v: Value): Value => hasSecret(inputs) ? secret(v) : v;
  return { ...inputs, stdout: mark(result.stdout), stderr: mark(result.stderr) };
}

const trimmed = (r: Result): { stdout: string; stderr: string } => ({ stdout: r.stdout.replace(/\n$/, ""), stderr: r.stderr.replace(/\n$/, "") });

async function run(remote: boolean, step: Step, op: Operation, inputs: Properties, previous: Properties | null): Promise<{ stdout: string; stderr: string }> {
  const p = plainProperties(inputs);
  const command = step === "update" ? p.update ?? p.create : p[step];
  if (command === undefined || command === null) return { stdout: (previous?.stdout as string | undefined) ?? "", stderr: (previous?.stderr as string | undefined) ?? "" };
  const env = { ...(p.environment as Record<string, string> | undefined) };
  // The official plugin passes the last output on by setenv requests too, which a server may refuse: it does so only for what was asked.
  if (!remote && p.addPreviousOutputInEnv !== false && previous !== null) {
    env.PULUMI_COMMAND_STDOUT = (previous.stdout as string | undefined) ?? "";
    env.PULUMI_COMMAND_STDERR = (previous.stderr as string | undefined) ?? "";
  }
  const stdin = p.stdin as string | undefined;
  const result = remote
    ? await runRemote(endpoint(p.connection as Properties), command as string, stdin, env, op.signal)
    : await runLocal(command as string, { interpreter: (p.interpreter as string[] | undefined) ?? [], env, signal: op.signal,
      ...(p.dir === undefined ? {} : { dir: p.dir as string }), ...(stdin === undefined ? {} : { stdin }) });
  if (result.code !== 0) {
    const said = `${result.stderr}${result.stdout}`.trim();
    throw new Error(`${op.urn.name}: ${step} ended with ${result.signal === undefined ? `exit status ${result.code}` : result.signal}${said === "" ? "" : `:\n${said}`}`);
  }
  return trimmed(result);
}

/** `command:local:Command` or `command:remote:Command`. */
export function commandResource(remote: boolean): Resource {
  return {
    check: (_, inputs) => ({ inputs, failures: check(remote, inputs) }),
    diff: (_, __, before, inputs, ignore) => {
      const found = changes(plainProperties(before.inputs), plainProperties(inputs));
      for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
      return { changes: found, replace: [...found.keys()].filter((path) => under(path, "triggers")) };
    },
    create: async (op, inputs) => {
      if (op.preview) return { id: "", state: outputs(inputs, { stdout: UNKNOWN, stderr: UNKNOWN }) };
      const result = await run(remote, "create", op, inputs, null);
      return { id: `command-${randomBytes(8).toString("hex")}`, state: outputs(inputs, result) };
    },
    read: async (_, id, inputs, state) => ({ id, inputs, state }),
    update: async (op, _, before, inputs) => {
      if (op.preview || hasUnknown(plainProperties(inputs))) return outputs(inputs, { stdout: UNKNOWN, stderr: UNKNOWN });
      return outputs(inputs, await run(remote, "update", op, inputs, plainProperties(before.state)));
    },
    delete: async (op, _, inputs, state) => { await run(remote, "delete", op, Object.keys(inputs).length > 0 ? inputs : state, plainProperties(state)); },
  };
}
