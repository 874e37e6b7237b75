import { existsSync, readFileSync } from "node:fs";
import { finding, roomFinding, type DoctorFinding } from "../../../common/finding";
import { atLeast } from "../../../common/version";
import { PROJECT } from "../../../common/root";
import { docker } from "../../../docker/client";
import { orNull } from "../../../docker/engine";
import type { DriverDoctor, UsedSubnet } from "../driver";
import { LABEL, runHelper } from "./engine";
import { PORTS } from "./ports";

export interface EngineInfo {
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly CgroupVersion?: string;
  readonly DockerRootDir: string;
  readonly CgroupDriver?: string;
}

/** The engine's own account of itself, or why there is none. */
async function engineInfo(): Promise<EngineInfo | Error> {
  try {
    return (await docker().info()) as EngineInfo;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function noEngine(error: Error, root: boolean): DoctorFinding {
  const denied = /EACCES|permission denied/.test(error.message);
  const install = root
    ? "fabriclab setup installs and starts one on Debian; elsewhere install Docker Engine 20.10 or newer"
    : "install Docker Engine 20.10 or newer and start it, or run set-up as root on Debian";
  return {
    area: "engine",
    what: "Docker engine",
    status: root ? "warn" : "fail",
    seen: denied ? "this user may not use it" : "none answers",
    affects: "labs on containers",
    remedy: denied ? "join the group docker: sudo usermod -aG docker $USER, then log in again" : install,
  };
}

export function engineFindings(info: EngineInfo | Error, root: boolean): DoctorFinding[] {
  if (info instanceof Error) return [noEngine(info, root)];
  return [
    finding("engine", "Docker engine", info.ServerVersion, atLeast(info.ServerVersion, "20.10"), {
      status: "fail",
      affects: "labs on containers",
      remedy: "install Docker Engine 20.10 or newer",
    }),
    finding("engine", "storage driver", info.Driver, ["overlay2", "overlayfs", "btrfs", "zfs"].includes(info.Driver), {
      status: "warn",
      affects: "speed, and disk: each machine is a full copy of its image",
      remedy: "use storage driver overlay2 on a file system that supports it",
    }),
    finding("engine", "cgroups", `version ${info.CgroupVersion ?? "1"}, ${info.CgroupDriver ?? "cgroupfs"}`, true, {
      status: "warn",
      affects: "",
      remedy: "",
    }),
  ];
}

/** @param text of /proc/net/tcp or tcp6 */
export function listeningPorts(text: string): number[] {
  return [...text.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A /gm)].map((match) =>
    Number.parseInt(match[1] ?? "", 16),
  );
}

function portsFinding(): DoctorFinding {
  const texts = ["/proc/net/tcp", "/proc/net/tcp6"].filter(existsSync).map((file) => readFileSync(file, "utf8"));
  const taken = new Set(texts.flatMap(listeningPorts).filter((port) => port >= PORTS.first && port <= PORTS.last));
  const free = PORTS.last - PORTS.first + 1 - taken.size;
  return finding("resources", `loopback ports ${PORTS.first}-${PORTS.last}`, `${free} free`, free >= 100, {
    status: "fail",
    affects: "each machine takes one, each control plane two",
    remedy: "end what listens there: ss -tlnp",
  });
}

/** Machines share the kernel, and each systemd takes inotify instances of it. */
function inotifyFinding(): DoctorFinding {
  const file = "/proc/sys/fs/inotify/max_user_instances";
  const value = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return finding("resources", "inotify instances", `${value}`, value >= 512, {
    status: "warn",
    affects: "labs of more than about 7 nodes",
    remedy: "sysctl fs.inotify.max_user_instances=1024",
  });
}

async function resources(): Promise<DoctorFinding[]> {
  const info = await engineInfo();
  const disk = info instanceof Error || !existsSync(info.DockerRootDir) ? null : info.DockerRootDir;
  return [
    ...(disk === null ? [] : [await roomFinding("disk of the engine", disk, 5, "labs")]),
    portsFinding(),
    inotifyFinding(),
  ];
}

async function subnets(): Promise<UsedSubnet[]> {
  const networks = await docker()
    .listNetworks()
    .catch(() => []); // whether an engine answers is another finding
  return networks.flatMap((network) =>
    (network.IPAM?.Config ?? []).flatMap((config): UsedSubnet[] =>
      config.Subnet === undefined
        ? []
        : [{ prefix: config.Subnet, by: `Docker network ${network.Name}`, owner: network.Labels?.[LABEL.lab] ?? null }],
    ),
  );
}

const CAPABILITIES = ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "MKNOD"];

/** In a short-lived container like the lab's machines. */
async function attempt(script: string, image: string): Promise<{ printed: string; where: string } | null> {
  try {
    if ((await orNull(docker().getImage(image).inspect())) === null) return null;
    const host = { NetworkMode: "none", CapAdd: CAPABILITIES, DeviceCgroupRules: ["c 10:200 rwm"] };
    const printed = await runHelper({ lab: `${PROJECT}/doctor`, image, script, host });
    return { printed, where: "in a container" };
  } catch {
    return null; // whether an engine answers is another finding
  }
}

export const dockerDoctor: DriverDoctor = {
  engine: async () => engineFindings(await engineInfo(), process.getuid?.() === 0),
  resources,
  subnets,
  attempt,
};
