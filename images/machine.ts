import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { hashOf, hashOfFolder, filesBelow } from "../airgap/hash";
import type { Step, StepContext } from "../airgap/step";
import { binDir } from "../airgap/steps/go";
import { VERSIONS } from "../spec/versions";
import { fill, folder, FORMAT, writeArchive, writeLayer, type Layer } from "./archive";
import { hasImage, loadImage } from "./engine";
import { ROOTFS, rootfsTar, type Rootfs } from "./rootfs";

type Role = "switch" | "node";
const source = (root: string, name: string): string => path.join(root, "images", "files", name);

/** Units that make no sense in a container, or that a unit of ours takes the place of. */
const MASKED = ["ssh.service", "networking.service", "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-journald-audit.socket", "getty.target",
  "console-getty.service", "systemd-logind.service", "apt-daily.timer", "apt-daily-upgrade.timer", "systemd-networkd.service", "systemd-timesyncd.service",
  "e2scrub_reap.service", "e2scrub_all.timer", "dpkg-db-backup.timer", "fstrim.timer", "systemd-tmpfiles-clean.timer", "sys-kernel-debug.mount", "sys-kernel-tracing.mount",
  "dev-hugepages.mount", "dev-mqueue.mount", "sys-fs-fuse-connections.mount", "systemd-modules-load.service", "systemd-remount-fs.service", "systemd-firstboot.service",
  "systemd-update-utmp.service", "systemd-update-utmp-runlevel.service", "systemd-pcrphase.service", "systemd-pcrphase-sysinit.service"];
const UNITS: Record<Role, readonly string[]> = {
  switch: ["fabriclab-network", "fabriclab-hotplug", "fabriclab-sshd", "frr"],
  node: ["fabriclab-network", "fabriclab-hotplug", "fabriclab-sshd", "containerd", "kubelet"],
};
/** Ends as systemd's own init, so that systemd is PID 1. */
const INIT = "/usr/lib/fabriclab/init";
const PROGRAMS = ["kubeadm", "kubelet", "kubectl"] as const;

function layer(ctx: StepContext, role: Role): Layer {
  const common = source(ctx.root, "common"), own = source(ctx.root, role);
  const units = Object.fromEntries(UNITS[role].map((u) => [`/etc/systemd/system/multi-user.target.wants/${u}.service`,
    u === "frr" ? "/lib/systemd/system/frr.service" : `/etc/systemd/system/${u}.service`]));
  const links = { ...units, ...Object.fromEntries(MASKED.map((u) => [`/etc/systemd/system/${u}`, "/dev/null"])),
    "/etc/systemd/system/sysinit.target.wants/fabriclab-prep.service": "/etc/systemd/system/fabriclab-prep.service",
    "/etc/systemd/system/default.target": "/lib/systemd/system/multi-user.target" };
  const files = { ...folder(common, filesBelow(common)), ...folder(own, filesBelow(own)) };
  if (role === "switch") return { files, links, directories: ["/root/.ssh"] };
  const config = "/etc/containerd/config.toml", template = files[config]!;
  delete files[config];
  for (const p of PROGRAMS) files[`/usr/bin/${p}`] = path.join(binDir(ctx, "kubernetes"), p);
  files["/usr/bin/calicoctl"] = path.join(binDir(ctx, "calico"), "calicoctl");
  files["/usr/bin/etcdctl"] = path.join(binDir(ctx, "etcd"), "etcdctl");
  return { files, links, texts: { [config]: { mode: 0o644, text: fill(template, { PAUSE: VERSIONS.pause }) } },
    directories: ["/root/.ssh", "/opt/cni/bin", "/etc/cni/net.d", "/etc/kubernetes/manifests", "/var/log/calico/cni", "/var/lib/containerd", "/sys/fs/bpf"] };
}

const rootfsOf: Record<Role, Rootfs> = { switch: ROOTFS.switch, node: ROOTFS.node };
const needs: Record<Role, readonly string[]> = { switch: [], node: ["go-kubernetes", "go-calico", "go-etcd"] };

function keyOf(ctx: StepContext, role: Role): string {
  return hashOf(FORMAT, INIT, ctx.keyOf(`rootfs-${role}`), ...needs[role].map((n) => ctx.keyOf(n)), hashOfFolder(source(ctx.root, "common")),
    hashOfFolder(source(ctx.root, role)), ...MASKED, ...UNITS[role], VERSIONS.pause);
}

/** Name of a machine image; its tag is the hash of all that is in it. */
export const machineImage = (ctx: StepContext, role: Role): string => `fabriclab/${role}:${keyOf(ctx, role)}`;

export function machineStep(role: Role): Step {
  return {
    id: `image-${role}`, title: `${role} image`, needs: ["docker-engine", `rootfs-${role}`, ...needs[role]], estimate: 10, kind: "io",
    key: (ctx) => keyOf(ctx, role),
    present: (ctx) => hasImage(machineImage(ctx, role)),
    run: async (ctx) => {
      const work = path.join(ctx.cache, "work", `image-${role}`);
      mkdirSync(work, { recursive: true });
      try {
        const overlay = path.join(work, "overlay.tar"), archive = path.join(work, "image.tar");
        await writeLayer(overlay, layer(ctx, role));
        await writeArchive(archive, [{ tags: [machineImage(ctx, role)], layers: [rootfsTar(ctx, rootfsOf[role]), overlay],
          command: [INIT], stopSignal: "SIGRTMIN+3", labels: { "fabriclab.cache": "1" } }]);
        await loadImage(archive);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  };
}
