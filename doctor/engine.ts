import { docker } from "../provider/drivers/docker/engine";
import { atLeast } from "./programs";
import { finding, type Finding } from "./types";

interface Info {
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly CgroupVersion?: string;
  readonly DockerRootDir: string;
  readonly CgroupDriver?: string;
}

/** The engine's own account of itself, or why there is none. */
export async function engineInfo(): Promise<Info | Error> {
  try {
    return (await docker.info()) as Info;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export function engine(info: Info | Error, root: boolean): Finding[] {
  if (info instanceof Error) {
    const denied = /EACCES|permission denied/.test(info.message);
    return [
      {
        area: "engine",
        what: "Docker engine",
        status: root ? "warn" : "fail",
        seen: denied ? "this user may not use it" : "none answers",
        affects: "labs on containers",
        remedy: denied
          ? "join the group docker: sudo usermod -aG docker $USER, then log in again"
          : root
            ? "fabriclab setup installs and starts one on Debian; elsewhere install Docker Engine 20.10 or newer"
            : "install Docker Engine 20.10 or newer and start it, or run set-up as root on Debian",
      },
    ];
  }
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
