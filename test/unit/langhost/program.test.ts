import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ProgramInfo, RunPluginRequest, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { pluginCommand, programCommand } from "../../../langhost/program";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "fabriclab-langhost-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The files of the SDK that are looked for. */
function sdk(): void {
  for (const name of ["run", "run-plugin", "run-policy-pack"]) {
    mkdirSync(path.join(dir, "node_modules/@pulumi/pulumi/cmd", name), { recursive: true });
    writeFileSync(path.join(dir, "node_modules/@pulumi/pulumi/cmd", name, "index.js"), "");
  }
}

function info(options: Record<string, JavaScriptValue>): ProgramInfo {
  const i = new ProgramInfo();
  i.setRootDirectory(dir);
  i.setProgramDirectory(dir);
  i.setEntryPoint("index.js");
  i.setOptions(Struct.fromJavaScript(options));
  return i;
}

function request(options: Record<string, JavaScriptValue> = {}): RunRequest {
  const r = new RunRequest();
  r.setInfo(info(options));
  r.setProject("lab");
  r.setStack("dev");
  r.setMonitorAddress("127.0.0.1:1");
  r.setParallel(8);
  r.setDryrun(true);
  r.setOrganization("organization");
  r.getConfigMap().set("lab:key", "value");
  r.setConfigsecretkeysList(["lab:hidden"]);
  return r;
}

function plugin(options: Record<string, JavaScriptValue>, kind = "resource"): RunPluginRequest {
  const r = new RunPluginRequest();
  r.setInfo(info(options));
  r.setKind(kind);
  r.setArgsList(["127.0.0.1:9"]);
  r.setEnvList(["A=b=c", "PULUMI_CONFIG={}"]);
  return r;
}

describe("how a program is started", () => {
  test("by the SDK's runner, with the options of Pulumi.yaml", () => {
    sdk();
    const { args, env } = programCommand(
      request({ typescript: false, nodeargs: "--stack-trace-limit=3  --inspect" }),
      "127.0.0.1:2",
    );
    expect(args).toEqual([
      "--stack-trace-limit=3",
      "--inspect",
      path.join(dir, "node_modules/@pulumi/pulumi/cmd/run/index.js"),
      "--monitor",
      "127.0.0.1:1",
      "--engine",
      "127.0.0.1:2",
      "--organization",
      "organization",
      "--project",
      "lab",
      "--root-directory",
      dir,
      "--stack",
      "dev",
      "--pwd",
      dir,
      "--parallel",
      "8",
      "--dry-run",
      "index.js",
    ]);
    expect(env).toMatchObject({ PULUMI_CONFIG: '{"lab:key":"value"}', PULUMI_CONFIG_SECRET_KEYS: '["lab:hidden"]' });
    expect(env.PULUMI_NODEJS_TYPESCRIPT).toBeUndefined();
  });

  test("TypeScript unless the options say otherwise", () => {
    sdk();
    expect(programCommand(request({ tsconfig: "other.json" }), "x").env).toMatchObject({
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "other.json",
    });
  });

  test("a program without its packages is told to install them", () => {
    const r = request();
    const elsewhere = "/no/such/program";
    r.getInfo()!.setProgramDirectory(elsewhere);
    expect(() => programCommand(r, "x")).toThrow(
      `@pulumi/pulumi/cmd/run is not installed for the program in ${elsewhere}: run \`npm install\` there`,
    );
  });

  test("a debugger is refused, with what to do instead", () => {
    sdk();
    const r = request();
    r.setAttachDebugger(true);
    expect(() => programCommand(r, "x")).toThrow(/--attach-debugger: not provided by this language host.*nodeargs/);
  });
});

describe("how a plugin is started", () => {
  test("compiled ones without any runner, with the environment that the engine gives", () => {
    writeFileSync(path.join(dir, "package.json"), '{"main": "dist/main.js"}');
    expect(pluginCommand(plugin({ typescript: false }))).toEqual({
      args: [path.join(dir, "dist/main.js"), "127.0.0.1:9"],
      env: { PATH: process.env.PATH, A: "b=c", PULUMI_CONFIG: "{}" },
    });
  });

  test("others by the SDK's runner; policy packs get their folder", () => {
    sdk();
    expect(pluginCommand(plugin({})).args).toEqual([
      path.join(dir, "node_modules/@pulumi/pulumi/cmd/run-plugin/index.js"),
      dir,
      "127.0.0.1:9",
    ]);
    expect(pluginCommand(plugin({}, "analyzer")).args).toEqual([
      path.join(dir, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js"),
      "127.0.0.1:9",
      dir,
    ]);
    expect(pluginCommand(plugin({ typescript: false }, "analyzer")).args).toEqual([
      path.join(dir, "index.js"),
      "127.0.0.1:9",
      dir,
    ]);
  });
});
