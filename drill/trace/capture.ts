import { outerText, type HeaderFields } from "../../plan";
import type { LabPlan } from "../../plan/types";
import { outerOf, tunnelFilter } from "../../verify/facts/tcpdump";
import type { LiveCrossing } from "./types";

/** How the trace's own packets are told from others: an echo request of a length, or the SYN of a connection from an address. */
export type Mark =
  { readonly kind: "echo"; readonly length: number } | { readonly kind: "syn"; readonly source: string };

/** tcpdump's line of `-i any -e`: interface, direction ("In", "Out", or "P", "B", "M" for what came in for others, broadcast, multicast), rest. */
const LINE = /^\d\d:\d\d:\d\d\.\d+ (\S+)\s+(\S+)\s/;

/** Shell command of the capture on one machine. */
export const tcpdumpCommand = (port: number | null, mark: Mark): string =>
  `tcpdump --immediate-mode -l -nn -e -T vxlan -i any '(${tunnelFilter(port)}) or ${mark.kind === "echo" ? "icmp" : "(tcp[tcpflags] & tcp-syn != 0)"}'`;

/** Cables by which the marked packets left a machine; bridges, pods' and other interfaces that are no end of a cable are left out. */
export function crossingsOf(plan: LabPlan, machine: string, text: string, mark: Mark): LiveCrossing[] {
  const found = new Map<string, LiveCrossing>();
  let at: RegExpExecArray | null = null;
  let outer: HeaderFields | null = null;
  for (const line of text.split("\n")) {
    const own = LINE.exec(line);
    // The inner packet of VXLAN has a line of its own, after the outer one's.
    if (own !== null) {
      at = own;
      outer = outerOf(line);
    }
    if (at === null || at[2] !== "Out" || !isMarked(line, mark)) continue;
    const name = at[1] ?? "";
    const link = plan.links.find(({ a, b }) => [a, b].some((end) => end.machine === machine && end.interface === name));
    if (link === undefined) continue;
    const encapsulation = outer === null ? "" : outerText(outer);
    found.set(`${name} ${encapsulation}`, {
      at: machine,
      interface: name,
      link: link.name,
      to: link.a.machine === machine ? link.b.machine : link.a.machine,
      encapsulation,
    });
  }
  return [...found.values()];
}

function isMarked(line: string, mark: Mark): boolean {
  if (mark.kind === "echo") return new RegExp(`ICMP echo request, .*length ${mark.length}$`).test(line.trim());
  return (
    line.includes(` ${mark.source}.`) &&
    new RegExp(`${mark.source.replace(/\./g, "\\.")}\\.\\d+ > \\S+: Flags \\[S\\],`).test(line)
  );
}

/** Crossings in the order of travel from a machine; what is not connected to it comes last. */
export function inOrder(crossings: readonly LiveCrossing[], from: string): LiveCrossing[] {
  const left = [...crossings];
  const found: LiveCrossing[] = [];
  for (let at = [from]; at.length > 0 && left.length > 0;) {
    const next = left.filter((each) => at.includes(each.at));
    for (const each of next) left.splice(left.indexOf(each), 1);
    found.push(...next);
    at = next.map((each) => each.to);
  }
  return [...found, ...left];
}
