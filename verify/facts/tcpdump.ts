import type { HeaderFields } from "../../plan";
import type { Address } from "../../plan/types";

/** One ICMP echo packet of a capture: in a tunnel between nodes, or plain where `outer` is null. */
export interface CapturedEcho {
  readonly source: Address;
  readonly destination: Address;
  readonly type: "request" | "reply";
  readonly outer: HeaderFields | null;
}

const ADDRESS = String.raw`(\d+\.\d+\.\d+\.\d+)`;
const VXLAN = new RegExp(String.raw`${ADDRESS}\.\d+ > ${ADDRESS}\.(\d+): VXLAN, flags \[I\] \(0x08\), vni (\d+)`);
/** tcpdump 4.99 names no protocol here: the outer addresses stand before the inner ones. */
const IPIP = new RegExp(String.raw`${ADDRESS} > ${ADDRESS}: (?:IP )?\d+\.\d+\.\d+\.\d+(?:\.\d+)? > `);
const ECHO = new RegExp(String.raw`${ADDRESS} > ${ADDRESS}: ICMP echo (request|reply)`);

/** The part of a tcpdump filter that takes all packets in tunnels, VXLAN to this UDP port and IPIP, whichever of them the lab should have. Null: no port is VXLAN's. */
export const tunnelFilter = (vxlanPort: number | null): string =>
  `${vxlanPort === null ? "" : `udp port ${vxlanPort} or `}ip proto 4`;

/** The outer header that a line of `tcpdump -nn -e` shows, or null. */
export function outerOf(line: string): HeaderFields | null {
  const vxlan = VXLAN.exec(line);
  if (vxlan !== null) {
    const [, source = "", destination = "", port, vni] = vxlan;
    return { kind: "vxlan", port: Number(port), vni: Number(vni), source, destination };
  }
  const ipip = IPIP.exec(line);
  if (ipip === null) return null;
  const [, source = "", destination = ""] = ipip;
  return { kind: "ipip", protocol: 4, source, destination };
}

/**
 * Echo packets of `tcpdump -l -nn -e`: for VXLAN it prints the outer packet on one line and the inner one on the next, for IPIP both on one.
 *
 * @param text tcpdump's standard output; a last line that was cut off is left out
 */
export function parseCapture(text: string): CapturedEcho[] {
  const found: CapturedEcho[] = [];
  let before: HeaderFields | null = null;
  for (const line of text.split("\n")) {
    const own = outerOf(line);
    const echo = ECHO.exec(line);
    if (echo !== null) {
      const [, source = "", destination = "", type] = echo;
      found.push({ source, destination, type: type === "reply" ? "reply" : "request", outer: own ?? before });
    }
    before = echo === null ? own : null;
  }
  return found;
}
