import type { Address } from "../../plan/types";
import { shellWord } from "../../common/shell-word";
import { untilReleased } from "../held";

/** Seconds after which a request counts as lost: TCP sends a SYN again after one. */
const REQUEST_S = 1;

const inside = (namespace: string | null): string =>
  namespace === null ? "" : `nsenter --net=/run/netns/${namespace} `;

/** `-D`: time of each line; `-O`: says of a packet that it got no answer when the next is sent. The node's own ping: images of pods need not hold one. */
export function pingScript(namespace: string | null, to: Address, intervalMs: number): string {
  return untilReleased(`${inside(namespace)}ping -n -D -O -i ${intervalMs / 1000} -W 1 ${to}`);
}

/**
 * Requests at a steady pace, none waiting for the one before, by bash's own /dev/tcp: starting curl for each would cost more than the request. Ends
 * with its input, after the requests that are under way.
 */
export function httpScript(namespace: string | null, to: Address, port: number, intervalMs: number): string {
  const request = `exec 5<>/dev/tcp/${to}/${port} && printf "GET / HTTP/1.0\r\n\r\n" >&5 && read -r _ code _ <&5 && echo $code`;
  const loop = `n=0
while :; do
  n=$((n + 1))
  { t=$EPOCHREALTIME; r=$(timeout ${REQUEST_S} bash -c ${shellWord(request)} 2>/dev/null); echo "HTTP $n $t \${r:-none}"; } </dev/null &
  read -r -t ${intervalMs / 1000} -u 0 _; [ $? -gt 128 ] || break
done
wait`;
  return `exec ${inside(namespace)}bash -c ${shellWord(loop)}`;
}
