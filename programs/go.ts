import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { coerce, type SemVer } from "semver";
import { VERSIONS } from "../lab-spec/versions";
import { hashOf } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";

/** A pinned Go module of ours (`programs/modules/<name>`) and the programs built from it. */
export interface GoModule {
  readonly name: "pulumi" | "kubernetes" | "etcd" | "coredns" | "calico";
  readonly title: string;
  readonly estimate: number;
  /** Program name to package path. */
  readonly programs: Readonly<Record<string, string>>;
  /** Linker settings: version strings that the programs report, some check. */
  readonly variables: Readonly<Record<string, string>>;
}

const calico = "github.com/projectcalico/calico";
const kubernetesVersion = {
  gitVersion: VERSIONS.kubernetes,
  gitMajor: "1",
  gitMinor: VERSIONS.kubernetes.split(".")[1]!,
  gitTreeState: "clean",
  gitCommit: "0000000",
};

export const GO_MODULES: readonly GoModule[] = [
  {
    name: "pulumi",
    title: `Pulumi CLI ${VERSIONS.pulumi}`,
    estimate: 240,
    programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${VERSIONS.pulumi}` },
  },
  {
    name: "calico",
    title: `Calico ${VERSIONS.calico}`,
    estimate: 200,
    programs: {
      "calico-node": `${calico}/node/cmd/calico-node`,
      calico: `${calico}/cni-plugin/cmd/calico`,
      install: `${calico}/cni-plugin/cmd/install`,
      "kube-controllers": `${calico}/kube-controllers/cmd/kube-controllers`,
      "check-status": `${calico}/kube-controllers/cmd/check-status`,
      calicoctl: `${calico}/calicoctl/calicoctl`,
    },
    variables: Object.fromEntries(
      [
        "node/buildinfo.GitVersion",
        "node/pkg/startup.VERSION",
        "node/pkg/lifecycle/startup.VERSION",
        "calicoctl/calicoctl/commands/common.VERSION",
        "calicoctl/calicoctl/commands.VERSION",
        "felix/buildinfo.GitVersion",
      ]
        .map((v) => [`${calico}/${v}`, VERSIONS.calico])
        .concat([["main.VERSION", VERSIONS.calico]]),
    ),
  },
  {
    name: "kubernetes",
    title: `Kubernetes ${VERSIONS.kubernetes}`,
    estimate: 420,
    programs: Object.fromEntries(
      [
        "kubeadm",
        "kubelet",
        "kubectl",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kube-proxy",
      ].map((c) => [c, `k8s.io/kubernetes/cmd/${c}`]),
    ),
    variables: {
      ...Object.fromEntries(
        Object.entries(kubernetesVersion).map(([k, v]) => [`k8s.io/component-base/version.${k}`, v]),
      ),
      "k8s.io/client-go/pkg/version.gitVersion": VERSIONS.kubernetes,
    },
  },
  {
    name: "etcd",
    title: `etcd ${VERSIONS.etcd}`,
    estimate: 25,
    programs: { etcd: "go.etcd.io/etcd/server/v3", etcdctl: "go.etcd.io/etcd/etcdctl/v3" },
    variables: {},
  },
  {
    name: "coredns",
    title: `CoreDNS ${VERSIONS.coredns}`,
    estimate: 80,
    programs: { coredns: "github.com/coredns/coredns" },
    variables: {},
  },
];

/** Newest `go` directive among our modules: with GOTOOLCHAIN=local an older Go refuses them. */
export function minimumGo(root: string): string {
  const directives = GO_MODULES.map(
    (m) => /^go (\S+)$/m.exec(readFileSync(path.join(moduleFolder(root, m.name), "go.mod"), "utf8"))?.[1] ?? "1.0",
  );
  return directives.sort(compareVersions).at(-1)!;
}

/** Numeric order of dotted versions: "1.9" before "1.25.11", "go1.26.8" after both; what follows the numbers does not count. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => {
    const version = coerce(text);
    if (version === null) throw new Error(`"${text}" holds no version`);
    return version;
  }) as [SemVer, SemVer];
  return x.compareMain(y);
}

const versions = new Map<string, string>();

/** Version of the host's Go, e.g. "go1.26.8". @throws Error with the remedy where it is missing or too old. */
export function hostGo(root: string): string {
  const known = versions.get(root);
  if (known !== undefined) return known;
  const minimum = minimumGo(root);
  let text: string;
  try {
    text = execFileSync("go", ["env", "GOVERSION"], {
      encoding: "utf8",
      env: { ...process.env, GOTOOLCHAIN: "local" },
    }).trim();
  } catch {
    throw new Error(`Go is not on the PATH: install Go ${minimum} or newer`);
  }
  if (compareVersions(text, minimum) < 0) throw new Error(`${text} is too old: install Go ${minimum} or newer`);
  versions.set(root, text);
  return text;
}

/**
 * Environment of every Go command: the user's own module proxy without `direct` (a module the proxy refuses is final; asking its source host only
 * waits), no toolchain downloads, modules exactly as pinned.
 */
export function goEnvironment(): Record<string, string> {
  const proxy = execFileSync("go", ["env", "GOPROXY"], { encoding: "utf8" }).trim();
  return {
    GOPROXY: withoutDirect(proxy),
    GOTOOLCHAIN: "local",
    GOFLAGS: "-mod=readonly -buildvcs=false",
    CGO_ENABLED: "0",
  };
}

/** A GOPROXY list without `direct`; a user who has nothing else keeps it. */
export const withoutDirect = (proxy: string): string =>
  proxy.replace(/(^|[,|])direct(?=[,|]|$)/g, "").replace(/^[,|]/, "") || proxy;

const moduleFolder = (root: string, name: string): string => path.join(root, "programs", "modules", name);
const flags = (m: GoModule): string[] => [
  "-trimpath",
  "-ldflags",
  ["-s", "-w", ...Object.entries(m.variables).map(([k, v]) => `-X ${k}=${v}`)].join(" "),
];

function keyOf(root: string, m: GoModule): string {
  const dir = moduleFolder(root, m.name);
  return hashOf(
    hostGo(root),
    readFileSync(path.join(dir, "go.mod"), "utf8"),
    readFileSync(path.join(dir, "go.sum"), "utf8"),
    JSON.stringify(m.programs),
    flags(m).join(" "),
  );
}

/** Folder of the programs built from a module. */
export function binDir(ctx: Pick<StepContext, "root" | "cache">, name: GoModule["name"]): string {
  const m = GO_MODULES.find((x) => x.name === name)!;
  return path.join(ctx.cache, "bin", `${name}-${keyOf(ctx.root, m)}`);
}

/** Source folder of a dependency of one of our modules, in the module cache. */
export async function goModuleSource(ctx: StepContext, name: GoModule["name"], dependency: string): Promise<string> {
  return (
    await ctx.exec("go", ["list", "-m", "-f", "{{.Dir}}", dependency], {
      cwd: moduleFolder(ctx.root, name),
      env: goEnvironment(),
    })
  ).trim();
}

/** One build step a module. */
export function goSteps(): Step[] {
  return GO_MODULES.map((m) => ({
    id: `go-${m.name}`,
    title: `build ${m.title} (${Object.keys(m.programs).length} program${Object.keys(m.programs).length > 1 ? "s" : ""})`,
    needs: [],
    estimate: m.estimate,
    kind: "cpu" as const,
    key: (ctx) => keyOf(ctx.root, m),
    present: async (ctx) => Object.keys(m.programs).every((p) => existsSync(path.join(binDir(ctx, m.name), p))),
    run: (ctx) => build(ctx, m),
  }));
}

async function build(ctx: StepContext, m: GoModule): Promise<void> {
  const target = binDir(ctx, m.name);
  const work = `${target}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // One command a program keeps a log line each; what they share is compiled once and cached by Go.
  for (const [program, source] of Object.entries(m.programs)) {
    ctx.log(`go build ${program}`);
    await ctx.exec("go", ["build", ...flags(m), "-o", path.join(work, program), source], {
      cwd: moduleFolder(ctx.root, m.name),
      env: goEnvironment(),
    });
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(work, target);
}
