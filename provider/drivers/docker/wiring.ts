import { createHash } from "node:crypto";
import type { Impairment, LinkFacts, LinkSpec } from "../driver";
import { docker, LABEL, orNull } from "./engine";
import { inHelper } from "./helper";

/** Locally administered unicast address, the same for an interface each time its cable is made again. */
export function macAddress(lab: string, machine: string, name: string): string {
  const h = createHash("sha256").update(`${lab} ${machine} ${name}`).digest();
  return [0x02, h[0]!, h[1]!, h[2]!, h[3]!, h[4]!].map((b) => b.toString(16).padStart(2, "0")).join(":");
}

interface End {
  readonly pid: number;
  readonly image: string;
  readonly lab: string;
}

/** Null for a machine that is gone or stopped: its namespace, and each cable to it, went with it. */
async function end(driverId: string): Promise<End | null> {
  const info = await orNull(docker.getContainer(driverId).inspect());
  if (info === null || !info.State.Running) return null;
  return { pid: info.State.Pid, image: info.Image, lab: info.Config.Labels[LABEL.lab] ?? "" };
}
const ends = (link: LinkSpec): Promise<[End | null, End | null]> =>
  Promise.all([end(link.a.driverId), end(link.b.driverId)]);

const title = (l: LinkSpec): string => `${l.a.name} ${l.a.interface} - ${l.b.name} ${l.b.interface}`;

/** Arguments of tc-netem(8); empty where nothing is to be done to packets. */
export const netem = (i: Impairment | null): string =>
  i === null
    ? ""
    : [
        ...(i.delayMs === undefined
          ? []
          : [`delay ${i.delayMs}ms`, ...(i.jitterMs === undefined ? [] : [`${i.jitterMs}ms`])]),
        ...(i.lossPercent === undefined ? [] : [`loss ${i.lossPercent}%`]),
        ...(i.rateMbit === undefined ? [] : [`rate ${i.rateMbit}mbit`]),
      ].join(" ");

const NO_NETEM = /qdisc kind is unknown/;

/** @throws Error naming the machine that is not running, or the impairment that this kernel can't do. */
export async function plug(link: LinkSpec): Promise<void> {
  const [a, b] = await ends(link);
  const up = link.up ? "up" : "down";
  if (a === null || b === null) {
    const stopped = [...(a === null ? [link.a.name] : []), ...(b === null ? [link.b.name] : [])];
    throw new Error(
      `${title(link)}: ${stopped.join(" and ")} ${stopped.length > 1 ? "are" : "is"} not running: run \`pulumi refresh\`, then \`pulumi up\``,
    );
  }
  const at = `${a.pid} ${link.a.interface}`;
  const bt = `${b.pid} ${link.b.interface}`;
  const shape = netem(link.impairment);
  const script = [
    `cable ${at} ${bt} ${link.mtu} ${macAddress(a.lab, link.a.name, link.a.interface)} ${macAddress(b.lab, link.b.name, link.b.interface)}`,
    ...[at, bt].flatMap((to) => [
      `set_end ${to} ${link.mtu} ${up}`,
      shape === "" ? `unshape ${to}` : `shape ${to} ${shape}`,
    ]),
  ].join("; ");
  await inHelper({ script, image: a.image, lab: a.lab }).catch((error: Error) => {
    throw new Error(
      NO_NETEM.test(error.message)
        ? `${title(link)}: impairment: this kernel has no netem (sch_netem), which ${shape} needs: load it (modprobe sch_netem; Debian's kernels other than "cloud" have it), or leave impairment out`
        : `${title(link)}: ${error.message}`,
    );
  });
}

/** MTU and admin state out of two lines of `ip -o link`: of two ends that differ, the one that is not as planned is the news. */
export function linkFacts(link: LinkSpec, text: string): LinkFacts {
  const lines = text.split("\n").filter((l) => / mtu \d+/.test(l));
  if (lines.length !== 2) return { state: "missing", mtu: link.mtu, up: link.up };
  const mtus = lines.map((l) => Number(/ mtu (\d+)/.exec(l)?.[1]));
  const ups = lines.map((l) => /^[^<]*<([^>]*)>/.exec(l)?.[1]?.split(",").includes("UP") ?? false);
  return {
    state: "connected",
    mtu: mtus.find((m) => m !== link.mtu) ?? link.mtu,
    up: ups.find((u) => u !== link.up) ?? link.up,
  };
}

export async function readLink(link: LinkSpec): Promise<LinkFacts> {
  const [a, b] = await ends(link);
  if (a === null || b === null) return linkFacts(link, "");
  return linkFacts(
    link,
    await inHelper({
      script: `show ${a.pid} ${link.a.interface} ${b.pid} ${link.b.interface} || true`,
      image: a.image,
      lab: a.lab,
    }),
  );
}

export async function unplug(link: LinkSpec): Promise<void> {
  const [a, b] = await ends(link);
  if (a === null || b === null) return;
  await inHelper({
    script: `if peers ${a.pid} ${link.a.interface} ${b.pid} ${link.b.interface}; then drop ${a.pid} ${link.a.interface}; fi`,
    image: a.image,
    lab: a.lab,
  });
}
