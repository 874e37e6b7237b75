/**
 * Language host for Node.js programs: Pulumi's LanguageRuntime service, of which the engine uses a dozen calls. It stands in where the official one
 * can't be had; the SDK's own runner does the work.
 */
import { spawn, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as lang from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { VERSIONS } from "../lab-spec/versions";
import { packageJson, pluginCommand, programCommand } from "./program";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the generated service has no types
const services = require("@pulumi/pulumi/proto/language_grpc_pb") as { LanguageRuntimeService: grpc.ServiceDefinition };

/** Exit status by which the SDK's runner says that the program's error is shown already (sdk/nodejs/cmd/run/run.ts). */
const BAIL = 32;
let engine =
  process.argv
    .slice(2)
    .filter((a) => !a.startsWith("-"))
    .at(-1) ?? "";
const children = new Set<ChildProcess>();
const endChildren = (signal: NodeJS.Signals): void => {
  for (const c of children) c.kill(signal);
};

function start(args: string[], env: NodeJS.ProcessEnv, cwd?: string): ChildProcess {
  const child = spawn(process.execPath, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  child.on("close", () => children.delete(child));
  return child;
}

type Call<Q> = { request: Q };
const unary =
  <Q, R>(work: (request: Q) => Promise<R> | R): grpc.UntypedHandleCall =>
  (call: Call<Q>, done: grpc.sendUnaryData<R>): void => {
    void (async () => work(call.request))().then(
      (r) => done(null, r),
      (e: Error) => done({ code: grpc.status.UNKNOWN, details: e.message }),
    );
  };

async function run(request: lang.RunRequest): Promise<lang.RunResponse> {
  const response = new lang.RunResponse();
  const { args, env } = programCommand(request, engine);
  const child = start(args, env);
  child.stdout!.pipe(process.stdout, { end: false });
  child.stderr!.pipe(process.stderr, { end: false });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (c, s) => resolve([c, s]));
  });
  if (code === BAIL) response.setBail(true);
  else if (code !== 0)
    response.setError(
      signal === null ? `the program ended with exit status ${code}` : `the program was ended by ${signal}`,
    );
  return response;
}

function runPlugin(call: grpc.ServerWritableStream<lang.RunPluginRequest, lang.RunPluginResponse>): void {
  const fail = (e: Error): void => {
    call.emit("error", { code: grpc.status.UNKNOWN, details: e.message });
  };
  try {
    const { args, env } = pluginCommand(call.request);
    const dir = call.request.getInfo()!.getProgramDirectory();
    const child = start(args, env, call.request.getKind() === "analyzer" ? dir : call.request.getPwd() || dir);
    const send = (set: (r: lang.RunPluginResponse) => void): void => {
      const r = new lang.RunPluginResponse();
      set(r);
      if (!call.cancelled) call.write(r);
    };
    child.stdout!.on("data", (d: Buffer) => send((r) => r.setStdout(d)));
    child.stderr!.on("data", (d: Buffer) => send((r) => r.setStderr(d)));
    child.on("error", fail);
    child.on("close", (code) => {
      send((r) => r.setExitcode(code ?? 255));
      call.end();
    });
    call.on("cancelled", () => child.kill("SIGTERM"));
  } catch (error) {
    fail(error as Error);
  }
}

function installDependencies(
  call: grpc.ServerWritableStream<lang.InstallDependenciesRequest, lang.InstallDependenciesResponse>,
): void {
  const child = spawn("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: call.request.getInfo()!.getProgramDirectory(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (d: Buffer) => {
    const r = new lang.InstallDependenciesResponse();
    r.setStdout(d);
    call.write(r);
  });
  child.stderr.on("data", (d: Buffer) => {
    const r = new lang.InstallDependenciesResponse();
    r.setStderr(d);
    call.write(r);
  });
  child.on("error", (e) => call.emit("error", { code: grpc.status.UNKNOWN, details: `npm: ${e.message}` }));
  child.on("close", (code) =>
    code === 0
      ? call.end()
      : call.emit("error", { code: grpc.status.UNKNOWN, details: `npm install ended with exit status ${code}` }),
  );
}

function dependencies(request: lang.GetProgramDependenciesRequest): lang.GetProgramDependenciesResponse {
  const dir = request.getInfo()!.getProgramDirectory();
  const own = packageJson(dir);
  const response = new lang.GetProgramDependenciesResponse();
  for (const name of Object.keys({ ...own.dependencies, ...own.devDependencies })) {
    const d = new lang.DependencyInfo();
    d.setName(name);
    d.setVersion(packageJson(path.join(dir, "node_modules", name)).version ?? "");
    response.addDependencies(d);
  }
  return response;
}

const service: Record<string, grpc.UntypedHandleCall> = {
  handshake: unary((q: lang.LanguageHandshakeRequest) => {
    engine = q.getEngineAddress() || engine;
    return new lang.LanguageHandshakeResponse();
  }),
  getPluginInfo: unary(() => {
    const r = new PluginInfo();
    r.setVersion(VERSIONS.pulumi);
    return r;
  }),
  // Plugins are found where set-up put them when the program first uses them; nothing is fetched.
  getRequiredPlugins: unary(() => new lang.GetRequiredPluginsResponse()),
  getRequiredPackages: unary(() => new lang.GetRequiredPackagesResponse()),
  run: unary(run),
  runPlugin: runPlugin,
  installDependencies: installDependencies,
  runtimeOptionsPrompts: unary(() => new lang.RuntimeOptionsResponse()),
  about: unary(() => {
    const r = new lang.AboutResponse();
    r.setExecutable(process.execPath);
    r.setVersion(process.version);
    return r;
  }),
  getProgramDependencies: unary(dependencies),
  cancel: unary(() => {
    endChildren("SIGINT");
    return new Empty();
  }),
};
const notHere =
  (name: string): grpc.UntypedHandleCall =>
  (_: unknown, done: grpc.sendUnaryData<never>) =>
    done({
      code: grpc.status.UNIMPLEMENTED,
      details: `${name} needs the official Node.js language host`,
    });

const limit = 400 << 20;
const server = new grpc.Server({ "grpc.max_receive_message_length": limit, "grpc.max_send_message_length": limit });
server.addService(
  services.LanguageRuntimeService,
  Object.fromEntries(Object.keys(services.LanguageRuntimeService).map((n) => [n, service[n] ?? notHere(n)])),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    console.error(error.message);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});
// The engine runs its hosts in a process group of their own: a signal is its request to end. Without the engine nothing is left to do.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    endChildren("SIGTERM");
    process.exit(0);
  });
process.stdin
  .on("end", () => {
    endChildren("SIGTERM");
    process.exit(0);
  })
  .resume();
