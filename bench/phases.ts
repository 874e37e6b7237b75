import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import execa from "execa";

/** Parts of an `up`, by the resources whose creation ends them. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ["machines", /fabriclab:index:Machine /],
  ["wiring", /fabriclab:index:Link /],
  ["configured", /command:remote:Command \S+-(config|network) /],
  ["init", /command:remote:Command kubeadm-init /],
  ["joins", /command:remote:Command \S+-join /],
  ["calico", /kubernetes:apps\/v1:\w+ (daemonset|deployment)-calico/],
];

/** Runs a Pulumi command; seconds since its start at which the last resource of each part was made, and `all` for its end. */
export async function timed(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Record<string, number>> {
  const begun = Date.now();
  const at: Record<string, number> = {};
  const last: string[] = [];
  const child = execa("pulumi", args, { cwd, env, extendEnv: false, stdin: "ignore", buffer: false, reject: false });
  const read = async (stream: Readable | null): Promise<void> => {
    if (stream === null) return;
    for await (const line of createInterface({ input: stream })) {
      last.push(line);
      const part = / created \(/.test(line) ? PARTS.find(([, pattern]) => pattern.test(line)) : undefined;
      if (part !== undefined) at[part[0]] = (Date.now() - begun) / 1000;
    }
  };
  const [result] = await Promise.all([child, read(child.stdout), read(child.stderr)]);
  const { exitCode, signal } = result;
  if (exitCode !== 0)
    throw new Error(
      `pulumi ${args.join(" ")}: ${exitCode === undefined ? (signal ?? (result as unknown as Error).message) : `exit ${exitCode}`}\n${last.slice(-30).join("\n")}`,
    );
  return { ...at, all: (Date.now() - begun) / 1000 };
}
