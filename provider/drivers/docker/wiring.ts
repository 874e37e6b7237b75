import { createHash } from "node:crypto";
import type { Impairment, LinkFacts, LinkSpec } from "../driver";
import { docker, LABEL, orNull, runHelper } from "./engine";

/** Locally administered unicast address, the same for an interface each time its cable is made again. */
export function macAddress(lab: string, machine: string, name: string): string {
  const h = createHash("sha256").update(`${lab} ${machine} ${name}`).digest();
  return [0x02, h[0]!, h[1]!, h[2]!, h[3]!, h[4]!].map((b) => b.toString(16).padStart(2, "0")).join(":");
}

/** Shell functions of the helper; each works on one cable: pid and interface at both ends. */
const LIBRARY = `
ends() { nsenter -t "$1" -n ip -o link show dev "$2" 2>/dev/null | sed -n 's/^\\([0-9]*\\): [^@]*@if\\([0-9]*\\):.*/\\1 \\2/p'; }
peers() { x=$(ends "$1" "$2"); y=$(ends "$3" "$4"); [ -n "$x" ] && [ "$x" = "\${y#* } \${y% *}" ]; }
drop() { nsenter -t "$1" -n ip link del dev "$2" 2>/dev/null || true; }
cable() { peers "$1" "$2" "$3" "$4" || { drop "$1" "$2"; drop "$3" "$4"; ip link add name "$2" mtu "$5" address "$6" netns "$1" type veth peer name "$4" mtu "$5" address "$7" netns "$3"; }; }
set_end() { nsenter -t "$1" -n ip link set dev "$2" mtu "$3" "$4"; }
impair() { p=$1; i=$2; shift 2; if [ $# -eq 0 ]; then nsenter -t "$p" -n tc qdisc del dev "$i" root 2>/dev/null || true; else nsenter -t "$p" -n tc qdisc replace dev "$i" root netem "$@"; fi; }
show() { peers "$1" "$2" "$3" "$4" && nsenter -t "$1" -n ip -o link show dev "$2" && nsenter -t "$3" -n ip -o link show dev "$4"; }
`;

interface Job { readonly script: string; readonly image: string; readonly lab: string; resolve(text: string): void; reject(error: Error): void }

let queue: Job[] = [];
/** Jobs asked for within moments share one helper container: starting one costs more than all its work. */
function inHelper(job: Omit<Job, "resolve" | "reject">): Promise<string> {
  return new Promise((resolve, reject) => {
    if (queue.length === 0) setTimeout(() => { const jobs = queue; queue = []; void runJobs(jobs); }, 40);
    queue.push({ ...job, resolve, reject });
  });
}

async function runJobs(jobs: readonly Job[]): Promise<void> {
  const mark = "@@fabriclab";
  const script = `${LIBRARY}${jobs.map((j, i) => `( set -e; ${j.script} ) 2>&1; echo "${mark} ${i} $?"`).join("\n")}\n`;
  try {
    const out = await runHelper(jobs[0]!.lab, jobs[0]!.image, script, { NetworkMode: "host", PidMode: "host", CapAdd: ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"] });
    let from = 0;
    jobs.forEach((job, i) => {
      const found = new RegExp(`^${mark} ${i} (\\d+)$`, "m").exec(out);
      if (found === null) { job.reject(new Error("the wiring helper ended early")); return; }
      const text = out.slice(from, found.index).trim();
      from = found.index + found[0].length;
      if (found[1] === "0") job.resolve(text); else job.reject(new Error(text || "failed"));
    });
  } catch (error) { for (const job of jobs) job.reject(error as Error); }
}

interface End { readonly pid: number; readonly image: string; readonly lab: string }

async function end(driverId: string): Promise<End | null> {
  const info = await orNull(docker.getContainer(driverId).inspect());
  if (info === null || !info.State.Running) return null;
  return { pid: info.State.Pid, image: info.Image, lab: info.Config.Labels[LABEL.lab] ?? "" };
}

const netem = (i: Impairment): string => [
  ...(i.delayMs === undefined ? [] : [`delay ${i.delayMs}ms`, ...(i.jitterMs === undefined ? [] : [`${i.jitterMs}ms`])]),
  ...(i.lossPercent === undefined ? [] : [`loss ${i.lossPercent}%`]), ...(i.rateMbit === undefined ? [] : [`rate ${i.rateMbit}mbit`]),
].join(" ");

const title = (l: LinkSpec): string => `${l.a.name} ${l.a.interface} - ${l.b.name} ${l.b.interface}`;

/** @throws Error naming the machine that is not running. */
async function bothEnds(link: LinkSpec): Promise<[End, End]> {
  const [a, b] = await Promise.all([end(link.a.driverId), end(link.b.driverId)]);
  const stopped = [...(a === null ? [link.a.name] : []), ...(b === null ? [link.b.name] : [])];
  if (a === null || b === null) throw new Error(`${title(link)}: ${stopped.join(" and ")} ${stopped.length > 1 ? "are" : "is"} not running: run \`pulumi refresh\`, then \`pulumi up\``);
  return [a, b];
}

export async function plug(link: LinkSpec): Promise<void> {
  const [a, b] = await bothEnds(link), up = link.up ? "up" : "down";
  const [at, bt] = [`${a.pid} ${link.a.interface}`, `${b.pid} ${link.b.interface}`];
  const script = `cable ${at} ${bt} ${link.mtu} ${macAddress(a.lab, link.a.name, link.a.interface)} ${macAddress(b.lab, link.b.name, link.b.interface)}
set_end ${at} ${link.mtu} ${up}; set_end ${bt} ${link.mtu} ${up}`;
  await inHelper({ script, image: a.image, lab: a.lab }).catch((e: Error) => { throw new Error(`${title(link)}: ${e.message}`); });
  const shape = link.impairment === null ? "" : netem(link.impairment);
  await inHelper({ script: `impair ${at} ${shape}; impair ${bt} ${shape}`, image: a.image, lab: a.lab }).catch((e: Error) => {
    throw new Error(`${title(link)}: impairment: ${e.message.split("\n")[0]}. The kernel needs sch_netem (modprobe sch_netem; Debian: linux-image, not -cloud); without it leave impairment out`);
  });
}

export async function readLink(link: LinkSpec): Promise<LinkFacts> {
  const missing: LinkFacts = { state: "missing", mtu: link.mtu, up: link.up };
  const [a, b] = await Promise.all([end(link.a.driverId), end(link.b.driverId)]);
  if (a === null || b === null) return missing;
  const text = await inHelper({ script: `show ${a.pid} ${link.a.interface} ${b.pid} ${link.b.interface} || true`, image: a.image, lab: a.lab });
  const lines = text.split("\n").filter((l) => l.includes("mtu"));
  if (lines.length !== 2) return missing;
  // Of two ends that differ, the one that is not as planned is the news.
  const mtus = lines.map((l) => Number(/mtu (\d+)/.exec(l)?.[1])), ups = lines.map((l) => /<[^>]*\bUP\b[^>]*>/.test(l));
  return { state: "connected", mtu: mtus.find((m) => m !== link.mtu) ?? link.mtu, up: ups.find((u) => u !== link.up) ?? link.up };
}

export async function unplug(link: LinkSpec): Promise<void> {
  const [a, b] = await Promise.all([end(link.a.driverId), end(link.b.driverId)]);
  const at = a === null ? null : [a, link.a.interface] as const, bt = b === null ? null : [b, link.b.interface] as const;
  const left = [at, bt].filter((x) => x !== null);
  if (left.length > 0) await inHelper({ script: left.map(([e, name]) => `drop ${e.pid} ${name}`).join("; "), image: left[0]![0].image, lab: left[0]![0].lab });
}
