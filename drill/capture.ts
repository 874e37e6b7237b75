import type { LabPlan } from "../plan/types";
import { didYouMean } from "../lab-spec/suggest";
import { output } from "../verify/access";
import { shellWord } from "../common/shell-word";
import { untilReleased } from "./held";
import { withAccess, type RunningLab } from "./lab";

/** Thrown for a machine or interface that the lab doesn't have. */
export class BadCapture extends Error {}

export interface CaptureOptions {
  readonly machine: string;
  /** Kernel name, or "any". */
  readonly interface: string;
  /** pcap-filter(7); empty: everything. */
  readonly filter: string;
  /** Packets after which it ends; null: none. */
  readonly count: number | null;
  /** pcap, or a line a packet. */
  readonly form: "pcap" | "text";
}

/** Shell text (bash): tcpdump until its input ends. Each packet is written at once (`-U`, `-l`), so that a reader at the other end sees it as it passes. */
export function captureScript(of: CaptureOptions): string {
  const form = of.form === "pcap" ? "-U -w -" : "-l -e";
  return untilReleased(
    `tcpdump --immediate-mode -nn -i ${shellWord(of.interface)} ${form}${of.count === null ? "" : ` -c ${of.count}`}${of.filter === "" ? "" : ` -- ${shellWord(of.filter)}`}`,
  );
}

/** @throws BadCapture with what was probably meant; Error where the machine does not answer */
export async function checkCapture(lab: RunningLab, machine: string, name: string): Promise<void> {
  const machines = Object.keys(lab.machines);
  if (!machines.includes(machine))
    throw new BadCapture(`lab ${lab.plan.name} has no machine "${machine}". ${didYouMean(machine, machines)}`);
  const printed = await withAccess(lab, (access) => output(access, machine, "ip -o link"));
  const live = ["any", ...[...printed.matchAll(/^\d+: ([^:@]+)/gm)].map((found) => found[1] ?? "")];
  if (!live.includes(name))
    throw new BadCapture(`${machine} has no interface "${name}". ${interfacesText(lab.plan, machine, name, live)}`);
}

/** What is near, or all there are, each with what is at the other end. */
function interfacesText(plan: LabPlan, machine: string, name: string, live: readonly string[]): string {
  const suggestion = didYouMean(name, live);
  if (!suggestion.startsWith("Known")) return suggestion;
  const peers = new Map(
    plan.links
      .flatMap(({ a, b }) => [[a, b] as const, [b, a] as const])
      .filter(([own]) => own.machine === machine)
      .map(([own, other]) => [own.interface, other.machine]),
  );
  return `It has ${[...live]
    .sort()
    .map((each) => (peers.has(each) ? `${each} (to ${peers.get(each) ?? ""})` : each))
    .join(", ")}.`;
}
