import type { Address } from "../../plan/types";

export interface Outer {
  readonly source: Address;
  readonly destination: Address;
  readonly port: number;
  readonly vni: number;
}

/** One ICMP echo packet of a capture: inside VXLAN, or plain where `outer` is null. */
export interface CapturedEcho {
  readonly source: Address;
  readonly destination: Address;
  readonly type: "request" | "reply";
  readonly outer: Outer | null;
}

const ADDRESS = String.raw`(\d+\.\d+\.\d+\.\d+)`;
const OUTER = new RegExp(String.raw`${ADDRESS}\.\d+ > ${ADDRESS}\.(\d+): VXLAN, flags \[I\] \(0x08\), vni (\d+)`);
const ECHO = new RegExp(String.raw`${ADDRESS} > ${ADDRESS}: ICMP echo (request|reply)`);

/**
 * Echo packets of `tcpdump -l -nn -e`: for VXLAN it prints the outer packet on one line and the inner one on the next.
 *
 * @param text tcpdump's standard output; a last line that was cut off is left out
 */
export function parseCapture(text: string): CapturedEcho[] {
  const found: CapturedEcho[] = [];
  let outer: Outer | null = null;
  for (const line of text.split("\n")) {
    const vxlan = OUTER.exec(line);
    const echo = ECHO.exec(line);
    if (echo !== null)
      found.push({
        source: echo[1] ?? "",
        destination: echo[2] ?? "",
        type: echo[3] as "request" | "reply",
        outer: vxlan === null ? outer : outerOf(vxlan),
      });
    outer = vxlan === null || echo !== null ? null : outerOf(vxlan);
  }
  return found;
}

function outerOf(match: RegExpExecArray): Outer {
  return { source: match[1] ?? "", destination: match[2] ?? "", port: Number(match[3]), vni: Number(match[4]) };
}
