import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { filesBelow, hashOf } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";
import { binDir, goModuleSource } from "../programs/go";
import { folder, FORMAT, writeArchive, writeLayer, type ImageConfig, type Layer } from "./archive";
import { BIRD_PATCHES, birdKey } from "./bird";
import { ROOTFS, rootfsTar } from "./rootfs";
import { POD_IMAGES } from "./upstream";

const USERS = {
  "/etc/passwd": { mode: 0o644, text: "root:x:0:0:root:/:/bin/sh\n" },
  "/etc/group": { mode: 0o644, text: "root:x:0:\n" },
};
const CNI_PLUGINS = ["loopback", "portmap", "bandwidth", "tuning", "host-local"];
const NEEDS = [
  "rootfs-pod-base",
  "rootfs-extras",
  "rootfs-nginx",
  "go-kubernetes",
  "go-etcd",
  "go-coredns",
  "go-calico",
];
export const CALICO_MODULE = "github.com/projectcalico/calico";

const nginxConf = (root: string): string =>
  readFileSync(path.join(root, "images", "files", "pods", "nginx.conf"), "utf8");
const keyOf = (ctx: StepContext): string =>
  hashOf(FORMAT, ...NEEDS.map((n) => ctx.keyOf(n)), JSON.stringify(POD_IMAGES), nginxConf(ctx.root), birdKey());

/** One archive of every pod image, under the names that kubeadm and Calico's manifest ask for. */
export const podArchive = (ctx: StepContext): string =>
  path.join(ctx.cache, "images", `pods-${ctx.keyOf("pod-images")}.tar`);

async function calicoNodeLayer(ctx: StepContext): Promise<Layer> {
  const source = await goModuleSource(ctx, "calico", CALICO_MODULE);
  const tree = (from: string, at: string): Record<string, string> =>
    folder(path.join(source, from), filesBelow(path.join(source, from)), at);
  const files: Record<string, string> = {
    "/usr/bin/calico-node": path.join(binDir(ctx, "calico"), "calico-node"),
    ...tree("node/filesystem/etc", "/etc"),
    ...tree("node/filesystem/sbin", "/usr/sbin"),
    ...tree("confd/etc/calico/confd", "/etc/calico/confd"),
  };
  // Run by start_runit, but without a first line that says so.
  const start = "/etc/rc.local";
  const texts: Record<string, { mode: number; text: string }> = {
    [start]: { mode: 0o755, text: readFileSync(files[start]!, "utf8") },
  };
  for (const [file, patch] of Object.entries(BIRD_PATCHES))
    texts[file] = { mode: file.endsWith("/run") ? 0o755 : 0o644, text: patch(readFileSync(files[file]!, "utf8")) };
  for (const file of Object.keys(texts)) delete files[file];
  return {
    files,
    texts,
    directories: ["/etc/calico/confd/config"],
    links: {
      "/usr/bin/birdcl": "/usr/sbin/birdc",
      "/usr/bin/birdcl6": "/usr/sbin/birdc6",
      "/usr/bin/bird": "/usr/sbin/bird",
      "/usr/bin/bird6": "/usr/sbin/bird6",
    },
  };
}

export type Recipe = Omit<ImageConfig, "layers" | "tags"> & { readonly base?: string; readonly layer: Layer };

/** A few programs and no operating system around them. */
const bare = (files: Record<string, string>, directories: readonly string[] = ["/tmp"]): Layer => ({
  files,
  texts: USERS,
  directories,
});

type Recipes<Name extends keyof typeof POD_IMAGES> = Readonly<Record<Name, Recipe>>;

/** One program, started by its own path. */
const component = (name: string, file: string): Recipe => ({
  layer: bare({ [`/usr/local/bin/${name}`]: file }),
  entrypoint: [`/usr/local/bin/${name}`],
});

function controlPlaneRecipes(
  ctx: StepContext,
  extras: string,
): Recipes<
  "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kube-proxy" | "etcd" | "pause" | "coredns"
> {
  const kubernetes = (program: string): string => path.join(binDir(ctx, "kubernetes"), program);
  const etcd = (program: string): string => path.join(binDir(ctx, "etcd"), program);
  return {
    "kube-apiserver": component("kube-apiserver", kubernetes("kube-apiserver")),
    "kube-controller-manager": component("kube-controller-manager", kubernetes("kube-controller-manager")),
    "kube-scheduler": component("kube-scheduler", kubernetes("kube-scheduler")),
    "kube-proxy": {
      base: rootfsTar(ctx, ROOTFS.podBase),
      layer: { files: { "/usr/local/bin/kube-proxy": kubernetes("kube-proxy") } },
      entrypoint: ["/usr/local/bin/kube-proxy"],
    },
    etcd: { layer: bare({ "/usr/local/bin/etcd": etcd("etcd"), "/usr/local/bin/etcdctl": etcd("etcdctl") }) },
    // tini reaps what the pod leaves behind, as upstream's pause does.
    pause: {
      layer: bare({ "/tini": path.join(extras, "usr/bin/tini-static"), "/busybox": path.join(extras, "bin/busybox") }),
      entrypoint: ["/tini", "--", "/busybox", "sleep", "infinity"],
    },
    coredns: { layer: bare({ "/coredns": path.join(binDir(ctx, "coredns"), "coredns") }), entrypoint: ["/coredns"] },
  };
}

async function calicoRecipes(
  ctx: StepContext,
  extras: string,
): Promise<Recipes<"calico-cni" | "calico-node" | "calico-kube-controllers">> {
  const calico = (program: string): string => path.join(binDir(ctx, "calico"), program);
  const cni = Object.fromEntries(CNI_PLUGINS.map((p) => [`/opt/cni/bin/${p}`, path.join(extras, "usr/lib/cni", p)]));
  return {
    // calico and calico-ipam are one program under two names.
    "calico-cni": {
      layer: bare({
        "/opt/cni/bin/calico": calico("calico"),
        "/opt/cni/bin/calico-ipam": calico("calico"),
        "/opt/cni/bin/install": calico("install"),
        ...cni,
      }),
      command: ["/opt/cni/bin/install"],
      environment: ["PATH=/opt/cni/bin"],
      workingDirectory: "/opt/cni/bin",
    },
    "calico-node": {
      base: rootfsTar(ctx, ROOTFS.podBase),
      layer: await calicoNodeLayer(ctx),
      command: ["start_runit"],
      environment: ["SVDIR=/etc/service/enabled"],
    },
    "calico-kube-controllers": {
      layer: bare(
        { "/usr/bin/kube-controllers": calico("kube-controllers"), "/usr/bin/check-status": calico("check-status") },
        ["/tmp", "/status"],
      ),
      entrypoint: ["/usr/bin/kube-controllers"],
    },
  };
}

const demoRecipes = (ctx: StepContext): Recipes<"nginx"> => ({
  nginx: {
    base: rootfsTar(ctx, ROOTFS.nginx),
    layer: {
      texts: { "/etc/nginx/nginx.conf": { mode: 0o644, text: nginxConf(ctx.root) } },
      directories: ["/var/log/nginx", "/var/lib/nginx"],
    },
    command: ["nginx", "-g", "daemon off;"],
  },
});

/** What each pod image is made of; `extras` is where the Debian packages of ROOTFS.extras are unpacked. */
export async function recipes(ctx: StepContext, extras: string): Promise<Recipes<keyof typeof POD_IMAGES>> {
  return { ...controlPlaneRecipes(ctx, extras), ...(await calicoRecipes(ctx, extras)), ...demoRecipes(ctx) };
}

export function podsStep(): Step {
  return {
    id: "pod-images",
    title: "pod images (Kubernetes, etcd, CoreDNS, Calico, nginx)",
    needs: NEEDS,
    estimate: 15,
    kind: "io",
    key: keyOf,
    present: async (ctx) => existsSync(podArchive(ctx)),
    run: writePods,
  };
}

async function writePods(ctx: StepContext): Promise<void> {
  const work = path.join(ctx.cache, "work", "pods");
  const extras = path.join(work, "extras");
  const target = podArchive(ctx);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(extras, { recursive: true });
  mkdirSync(path.dirname(target), { recursive: true });
  try {
    await ctx.exec("tar", ["-xf", rootfsTar(ctx, ROOTFS.extras), "-C", extras]);
    const images: ImageConfig[] = [];
    for (const [name, { base, layer, ...config }] of Object.entries(await recipes(ctx, extras))) {
      const tag = POD_IMAGES[name as keyof typeof POD_IMAGES];
      ctx.log(tag);
      const file = path.join(work, `${name}.tar`);
      await writeLayer(file, layer);
      images.push({ ...config, tags: [tag], layers: base === undefined ? [file] : [base, file] });
    }
    await writeArchive(`${target}.partial`, images);
    renameSync(`${target}.partial`, target);
    ctx.log(`${images.length} images, ${Math.round(statSync(target).size / 2 ** 20)} MiB`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
