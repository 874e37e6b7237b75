import { randomBytes } from "node:crypto";
import { changes, under } from "../../provider/protocol/diff";
import type { DiffResult, Operation, Resource } from "../../provider/protocol/serve";
import {
  hasSecret,
  plain,
  plainProperties,
  secret,
  UNKNOWN,
  type Properties,
  type Value,
} from "../../provider/protocol/values";
import { log } from "../../provider/protocol/engine";
import { OtherMachine, type SshEndpoint, type Result } from "../../ssh/client";
import { checkCommandInputs } from "./inputs";
import { runLocal } from "./local";
import { Output, redactor } from "./output";
import { runRemote } from "./remote";

type Where = "local" | "remote";
type Step = "create" | "update" | "delete";
interface Outputs {
  readonly stdout: Value;
  readonly stderr: Value;
}

/** Inputs and outputs as state. With one secret input everything is secret, as with the official plugin: any of it may show in the output. */
export function stateOf(inputs: Properties, outputs: Outputs): Properties {
  const state: Properties = { ...inputs, ...outputs };
  return hasSecret(inputs) ? Object.fromEntries(Object.entries(state).map(([k, v]) => [k, secret(plain(v))])) : state;
}

const withoutLastNewline = (text: string): string => text.replace(/\n$/, "");
const UNKNOWN_OUTPUTS: Outputs = { stdout: UNKNOWN, stderr: UNKNOWN };

function previousOutput(p: Properties, previous: Properties): Record<string, string> {
  if (p.addPreviousOutputInEnv === false) return {};
  return Object.fromEntries(
    (["stdout", "stderr"] as const)
      .map((s) => [`PULUMI_COMMAND_${s.toUpperCase()}`, previous[s]])
      .filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== ""),
  );
}

function failure(step: Step, command: string, result: Result, said: string, redact: (text: string) => string): Error {
  const [first = "", ...more] = redact(command).trim().split("\n");
  const how =
    result.signal !== undefined
      ? `ended by ${result.signal}`
      : result.code === null
        ? "the connection ended before the command did"
        : `exit status ${result.code}`;
  return new Error(
    `${step}: ${how}: running ${JSON.stringify(first.slice(0, 200) + (more.length > 0 || first.length > 200 ? "..." : ""))}${said === "" ? "" : `:\n${said}`}`,
  );
}

async function run(
  where: Where,
  step: Step,
  op: Operation,
  inputs: Properties,
  previous: Properties,
): Promise<Outputs> {
  const p = plainProperties(inputs);
  const command = step === "update" ? (p.update ?? p.create) : p[step];
  if (typeof command !== "string") return { stdout: previous.stdout ?? "", stderr: previous.stderr ?? "" };
  const redact = redactor(inputs);
  const output = new Output(op.urn.urn, p.logging as string | undefined, redact);
  const env = (p.environment ?? {}) as Record<string, string>;
  const before = previousOutput(p, previous);
  const common = {
    signal: op.signal,
    onOutput: output.add,
    ...(typeof p.stdin === "string" ? { stdin: p.stdin } : {}),
  };
  const result =
    where === "remote"
      ? await runRemote(p.connection as unknown as SshEndpoint, command, { ...common, env, hopefulEnv: before })
      : await runLocal(command, {
          ...common,
          interpreter: (p.interpreter ?? []) as string[],
          env: { ...env, ...before },
          ...(typeof p.dir === "string" ? { dir: p.dir } : {}),
        });
  const said = output.end();
  if (result.code !== 0) throw failure(step, command, result, said, redact);
  return { stdout: withoutLastNewline(result.stdout), stderr: withoutLastNewline(result.stderr) };
}

/** Leaf by leaf; a changed trigger replaces. */
export function diffInputs(before: Properties, after: Properties, ignore: readonly string[]): DiffResult {
  const found = changes(plainProperties(before), plainProperties(after));
  for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
  return { changes: found, replace: [...found.keys()].filter((path) => under(path, "triggers")) };
}

/** `command:local:Command` or `command:remote:Command`. */
export function commandResource(where: Where): Resource {
  return {
    check: (_, inputs) => ({ inputs, failures: checkCommandInputs(where, inputs) }),
    diff: (_, __, before, inputs, ignore) => diffInputs(before.inputs, inputs, ignore),
    create: async (op, inputs) => {
      if (op.preview) return { id: "", state: stateOf(inputs, UNKNOWN_OUTPUTS) };
      return {
        id: `${op.urn.name}${randomBytes(4).toString("hex")}`,
        state: stateOf(inputs, await run(where, "create", op, inputs, {})),
      };
    },
    // The official plugin has nothing to read either: what a command did is not kept anywhere.
    read: async (_, id, inputs, state) => ({ id, inputs, state }),
    update: async (op, _, before, inputs) =>
      stateOf(
        inputs,
        op.preview ? UNKNOWN_OUTPUTS : await run(where, "update", op, inputs, plainProperties(before.state)),
      ),
    // What a command did on a machine went with the machine: another one that answers in its place has nothing to undo. The official plugin fails here.
    delete: async (op, _, inputs, state) => {
      const known = Object.keys(inputs).length > 0 ? inputs : state;
      await run(where, "delete", op, known, plainProperties(state)).catch((error: unknown) => {
        if (!(error instanceof OtherMachine)) throw error;
        log(op.urn.urn, "info", `nothing to undo: ${error.message}, so that the machine is another one`);
      });
    },
  };
}
