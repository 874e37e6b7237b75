import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { ProgramInfo, RunPluginRequest, RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** `runtime.options` of Pulumi.yaml or PulumiPlugin.yaml. */
export interface RuntimeOptions {
  readonly typescript?: boolean;
  readonly nodeargs?: string;
  readonly tsconfig?: string;
}

export interface Command {
  readonly args: string[];
  readonly env: NodeJS.ProcessEnv;
}

export const runtimeOptions = (info: ProgramInfo | undefined): RuntimeOptions =>
  info?.getOptions()?.toJavaScript() ?? {};
const nodeArguments = (o: RuntimeOptions): string[] => (o.nodeargs ?? "").split(/\s+/).filter((a) => a !== "");

export function packageJson(dir: string): {
  main?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  version?: string;
} {
  try {
    return JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8")) as ReturnType<typeof packageJson>;
  } catch {
    return {};
  }
}

/** A module as the program itself would find it. @throws Error with the remedy where it is not installed. */
function fromProgram(dir: string, module: string): string {
  try {
    return createRequire(path.join(dir, "index.js")).resolve(module);
  } catch {
    throw new Error(`${module} is not installed for the program in ${dir}: run \`npm install\` there`);
  }
}

/** How the SDK's own runner starts a program (flags of @pulumi/pulumi/cmd/run). @throws Error where the program's packages are not installed. */
export function programCommand(request: RunRequest, engine: string): Command {
  const info = request.getInfo()!;
  const dir = info.getProgramDirectory();
  const options = runtimeOptions(info);
  if (request.getAttachDebugger())
    throw new Error(
      "--attach-debugger: not provided by this language host; install the official Pulumi CLI, or debug with runtime option nodeargs: --inspect-brk",
    );
  const flags: [string, string][] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", engine],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["root-directory", info.getRootDirectory()],
    ["stack", request.getStack()],
    ["pwd", request.getPwd() || dir],
    ["parallel", String(request.getParallel())],
  ];
  const args = [
    ...nodeArguments(options),
    fromProgram(dir, "@pulumi/pulumi/cmd/run"),
    ...flags.filter(([, v]) => v !== "").flatMap(([k, v]) => [`--${k}`, v]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
  const config: Record<string, string> = {};
  request.getConfigMap().forEach((value: string, key: string) => {
    config[key] = value;
  });
  return {
    args,
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      ...(options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
    },
  };
}

/** How a provider plugin or a policy pack written in Node.js is started; compiled ones (`typescript: false`) without any runner. */
export function pluginCommand(request: RunPluginRequest): Command {
  const info = request.getInfo()!;
  const dir = info.getProgramDirectory();
  const options = runtimeOptions(info);
  const analyzer = request.getKind() === "analyzer";
  const main = path.join(dir, packageJson(dir).main ?? "index.js");
  const own = request.getArgsList();
  const compiled = options.typescript === false;
  const args = analyzer
    ? [compiled ? main : fromProgram(dir, "@pulumi/pulumi/cmd/run-policy-pack"), ...own, dir]
    : compiled
      ? [main, ...own]
      : [fromProgram(dir, "@pulumi/pulumi/cmd/run-plugin"), dir, ...own];
  const given = Object.fromEntries(
    request.getEnvList().map((kv) => [kv.slice(0, kv.indexOf("=")), kv.slice(kv.indexOf("=") + 1)]),
  );
  return { args: [...nodeArguments(options), ...args], env: { PATH: process.env.PATH, ...given } };
}
