import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

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
export function timed(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    const at: Record<string, number> = {};
    const last: string[] = [];
    const child = spawn("pulumi", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        last.push(line);
        const part = / created \(/.test(line) ? PARTS.find(([, pattern]) => pattern.test(line)) : undefined;
        if (part !== undefined) at[part[0]] = (Date.now() - begun) / 1000;
      });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve({ ...at, all: (Date.now() - begun) / 1000 })
        : reject(new Error(`pulumi ${args.join(" ")}: exit ${code}\n${last.slice(-30).join("\n")}`)),
    );
  });
}
