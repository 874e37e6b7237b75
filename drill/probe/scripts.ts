import { shellProgram } from "../../common/shell-program";
import type { Address } from "../../plan/types";
import { shellWord } from "../../common/shell-word";
import type { ProbeSource } from "./types";
import { untilReleased } from "../held";

/** Seconds after which a request counts as lost: TCP sends a SYN again after one. */
const REQUEST_S = 1;

const inside = (namespace: string | null): string =>
  namespace === null ? "" : `nsenter --net=/run/netns/${namespace} `;

/**
 * `-D`: time of each line; `-O`: says of a packet that it got no answer when the next is sent; `-I`: a switch would send with the address of the link that it takes,
 * which nobody has a route to. The node's own ping: images of pods need not hold one.
 */
export function pingScript({ namespace, address }: ProbeSource, to: Address, intervalMs: number): string {
  return untilReleased(`${inside(namespace)}ping -n -D -O -I ${address} -i ${intervalMs / 1000} -W 1 ${to}`);
}

/** Requests at a steady pace, none waiting for the one before. Ends with its input, after the requests that are under way. */
export function httpScript(namespace: string | null, to: Address, port: number, intervalMs: number): string {
  const args = [to, String(port), String(intervalMs / 1000), String(REQUEST_S)];
  return `exec ${inside(namespace)}bash -c ${shellWord(shellProgram("drill/scripts/http-probe.sh", args))}`;
}
