import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { hashOf, hashOfFolder, filesBelow } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";
import { binDir } from "../programs/go";
import { VERSIONS } from "../lab-spec/versions";
import { fill, folder, FORMAT, writeArchive, writeLayer, type Layer } from "./archive";
import { CACHE, hasImage, loadImage } from "./engine";
import { ROOTFS, rootfsTar, type Rootfs } from "./rootfs";

export type Role = "switch" | "node";
const source = (root: string, name: string): string => path.join(root, "images", "files", name);

/** Units that make no sense in a container, or that a unit of ours takes the place of. */
const MASKED = [
  "ssh.service",
  "networking.service",
  "systemd-udevd.service",
  "systemd-udev-trigger.service",
  "systemd-journald-audit.socket",
  "getty.target",
  "console-getty.service",
  "systemd-logind.service",
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "systemd-networkd.service",
  "systemd-timesyncd.service",
  "e2scrub_reap.service",
  "e2scrub_all.timer",
  "dpkg-db-backup.timer",
  "fstrim.timer",
  "systemd-tmpfiles-clean.timer",
  "sys-kernel-debug.mount",
  "sys-kernel-tracing.mount",
  "dev-hugepages.mount",
  "dev-mqueue.mount",
  "sys-fs-fuse-connections.mount",
  "systemd-modules-load.service",
  "systemd-remount-fs.service",
  "systemd-firstboot.service",
  "systemd-update-utmp.service",
  "systemd-update-utmp-runlevel.service",
  "systemd-pcrphase.service",
  "systemd-pcrphase-sysinit.service",
];
const UNITS: Record<Role, readonly string[]> = {
  switch: ["fabriclab-network", "fabriclab-hotplug", "fabriclab-sshd", "frr"],
  node: ["fabriclab-network", "fabriclab-hotplug", "fabriclab-sshd", "containerd", "kubelet"],
};
/** Ends as systemd's own init, so that systemd is PID 1. */
export const INIT = "/usr/lib/fabriclab/init";
/** Asks systemd to stop as a container. */
export const STOP_SIGNAL = "SIGRTMIN+3";

/** Programs that a node has beside its Debian packages, and where they are on this machine. */
export type NodePrograms = Readonly<Record<"kubeadm" | "kubelet" | "kubectl" | "calicoctl" | "etcdctl", string>> & {
  /** IP in IP for kernels without it; the connected way, which compiles nothing, has none. */
  readonly tunnel?: string;
};

/** What a machine has on top of its root filesystem. */
export function machineLayer(root: string, role: Role, programs: NodePrograms | null): Layer {
  const common = source(root, "common");
  const own = source(root, role);
  const units = Object.fromEntries(
    UNITS[role].map((u) => [
      `/etc/systemd/system/multi-user.target.wants/${u}.service`,
      u === "frr" ? "/lib/systemd/system/frr.service" : `/etc/systemd/system/${u}.service`,
    ]),
  );
  const links = {
    ...units,
    ...Object.fromEntries(MASKED.map((u) => [`/etc/systemd/system/${u}`, "/dev/null"])),
    "/etc/systemd/system/sysinit.target.wants/fabriclab-prep.service": "/etc/systemd/system/fabriclab-prep.service",
    "/etc/systemd/system/default.target": "/lib/systemd/system/multi-user.target",
  };
  const files = { ...folder(common, filesBelow(common)), ...folder(own, filesBelow(own)) };
  if (programs === null) return { files, links, directories: ["/root/.ssh"] };
  const config = "/etc/containerd/config.toml";
  const template = files[config]!;
  delete files[config];
  const { tunnel, ...commands } = programs;
  for (const [name, at] of Object.entries(commands)) files[`/usr/bin/${name}`] = at;
  if (tunnel !== undefined) files["/usr/lib/fabriclab/tunnel"] = tunnel;
  return {
    files,
    links,
    texts: { [config]: { mode: 0o644, text: fill(template, { PAUSE: VERSIONS.pause }) } },
    directories: [
      "/root/.ssh",
      "/opt/cni/bin",
      "/etc/cni/net.d",
      "/etc/kubernetes/manifests",
      "/var/log/calico/cni",
      "/var/lib/containerd",
      "/sys/fs/bpf",
    ],
  };
}

/** Part of a machine image's key: all of its layer but the programs. */
export const layerKey = (root: string, role: Role): string =>
  hashOf(
    FORMAT,
    INIT,
    hashOfFolder(source(root, "common")),
    hashOfFolder(source(root, role)),
    ...MASKED,
    ...UNITS[role],
    VERSIONS.pause,
  );

/** Name of a machine image; its tag is the hash of all that is in it. */
export const machineImage = (ctx: StepContext, role: Role): string => `fabriclab/${role}:${ctx.keyOf(`image-${role}`)}`;

const rootfsOf: Record<Role, Rootfs> = { switch: ROOTFS.switch, node: ROOTFS.node };
const needs: Record<Role, readonly string[]> = {
  switch: [],
  node: ["go-kubernetes", "go-calico", "go-etcd", "go-tunnel"],
};

function builtPrograms(ctx: StepContext): NodePrograms {
  const kubernetes = binDir(ctx, "kubernetes");
  return {
    kubeadm: path.join(kubernetes, "kubeadm"),
    kubelet: path.join(kubernetes, "kubelet"),
    kubectl: path.join(kubernetes, "kubectl"),
    calicoctl: path.join(binDir(ctx, "calico"), "calicoctl"),
    etcdctl: path.join(binDir(ctx, "etcd"), "etcdctl"),
    tunnel: path.join(binDir(ctx, "tunnel"), "tunnel"),
  };
}

export function machineStep(role: Role): Step {
  return {
    id: `image-${role}`,
    title: `${role} image`,
    needs: ["docker-engine", `rootfs-${role}`, ...needs[role]],
    estimate: 10,
    kind: "io",
    key: (ctx) =>
      hashOf(layerKey(ctx.root, role), ctx.keyOf(`rootfs-${role}`), ...needs[role].map((n) => ctx.keyOf(n))),
    present: (ctx) => hasImage(machineImage(ctx, role)),
    run: async (ctx) => {
      const work = path.join(ctx.cache, "work", `image-${role}`);
      mkdirSync(work, { recursive: true });
      try {
        const overlay = path.join(work, "overlay.tar");
        const archive = path.join(work, "image.tar");
        await writeLayer(overlay, machineLayer(ctx.root, role, role === "node" ? builtPrograms(ctx) : null));
        await writeArchive(archive, [
          {
            tags: [machineImage(ctx, role)],
            layers: [rootfsTar(ctx, rootfsOf[role]), overlay],
            command: [INIT],
            stopSignal: STOP_SIGNAL,
            labels: CACHE,
          },
        ]);
        await loadImage(archive);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  };
}
