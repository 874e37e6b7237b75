import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import * as path from "node:path";
import { cacheDir } from "../steps/context";
import { finding, type Finding } from "./types";

const GIB = 2 ** 30;
const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/** Bytes by name of /proc/meminfo. */
export function parseMeminfo(text: string): Map<string, number> {
  return new Map([...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map((match) => [match[1] ?? "", Number(match[2]) * 1024]));
}

export function memory(text: string): Finding[] {
  const values = parseMeminfo(text);
  const total = values.get("MemTotal") ?? 0;
  const free = values.get("MemAvailable") ?? 0;
  return [
    finding("resources", "memory", gib(total), total >= 5.5 * GIB, {
      status: total >= 3.5 * GIB ? "warn" : "fail",
      affects: "set-up (compilers take 3 GiB), labs",
      remedy: "use a machine with 6 GiB of memory",
    }),
    finding("resources", "memory available", gib(free), free >= 3 * GIB, {
      status: "warn",
      affects: "a lab of nine machines takes 2 GiB",
      remedy: "end other programs, or other labs",
    }),
  ];
}

async function disk(what: string, dir: string, need: number, affects: string): Promise<Finding> {
  let existing = dir;
  while (!existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  const stats = await statfs(existing);
  const free = stats.bavail * stats.bsize;
  return finding("resources", what, `${gib(free)} free`, free >= need * GIB, {
    status: "warn",
    affects,
    remedy: `make room: ${need} GiB on the file system of ${dir}`,
  });
}

/** @param text of /proc/net/tcp or tcp6 */
export function listeningPorts(text: string): number[] {
  return [...text.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A /gm)].map((match) =>
    Number.parseInt(match[1] ?? "", 16),
  );
}

/** Loopback ports that the driver gives machines. */
const PORTS = { first: 20_000, last: 31_999 };

function ports(): Finding {
  const texts = ["/proc/net/tcp", "/proc/net/tcp6"].filter(existsSync).map((file) => readFileSync(file, "utf8"));
  const taken = new Set(texts.flatMap(listeningPorts).filter((port) => port >= PORTS.first && port <= PORTS.last));
  const free = PORTS.last - PORTS.first + 1 - taken.size;
  return finding("resources", `loopback ports ${PORTS.first}-${PORTS.last}`, `${free} free`, free >= 100, {
    status: "fail",
    affects: LAB_PORTS,
    remedy: "end what listens there: ss -tlnp",
  });
}
const LAB_PORTS = "each machine takes one, each control plane two";

function inotify(): Finding {
  const file = "/proc/sys/fs/inotify/max_user_instances";
  const value = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return finding("resources", "inotify instances", `${value}`, value >= 512, {
    status: "warn",
    affects: "labs of more than about 7 nodes",
    remedy: "sysctl fs.inotify.max_user_instances=1024",
  });
}

export async function resources(dockerRoot: string | null): Promise<Finding[]> {
  const built = existsSync(path.join(cacheDir(), "images"));
  return [
    ...memory(readFileSync("/proc/meminfo", "utf8")),
    await disk("disk of the cache", cacheDir(), built ? 3 : 25, built ? "a further set-up" : "set-up"),
    ...(dockerRoot !== null && existsSync(dockerRoot) ? [await disk("disk of the engine", dockerRoot, 5, "labs")] : []),
    ports(),
    inotify(),
  ];
}
