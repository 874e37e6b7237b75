/** What `ping` (iputils) printed. */
export interface PingResult {
  readonly sent: number;
  readonly received: number;
  /** TTL of each reply. */
  readonly ttls: readonly number[];
  /** ping's own words for what went wrong, if any: "Destination Host Unreachable", "message too long, mtu=1450". */
  readonly error: string | null;
  /** The path MTU that the sender remembers from an earlier packet, in bytes, and for how many seconds more. */
  readonly remembered: { readonly mtu: number; readonly seconds: number } | null;
}

export function parsePing(text: string): PingResult {
  const totals = /(\d+) packets transmitted, (\d+) received/.exec(text);
  const ttls = [...text.matchAll(/bytes from \S+ icmp_seq=\d+ ttl=(\d+)/g)].map((match) => Number(match[1]));
  const error =
    /(Destination \w+ Unreachable|Time to live exceeded|message too long.*|Network is unreachable|Packet filtered)/.exec(
      text,
    );
  const [, seconds, mtu] = /\bexpires (\d+)sec mtu (\d+)/.exec(text) ?? [];
  return {
    remembered: mtu === undefined ? null : { mtu: Number(mtu), seconds: Number(seconds) },
    sent: Number(totals?.[1] ?? 0),
    received: Number(totals?.[2] ?? 0),
    ttls,
    error: error?.[1] ?? (totals === null ? (text.trim().split("\n").at(-1) ?? "") : null),
  };
}

/** "2 of 2, ttl=62". */
export function pingText(ping: PingResult): string {
  const ttls = [...new Set(ping.ttls)].sort((a, b) => a - b).join("/");
  return `${ping.received} of ${ping.sent}${ttls === "" ? "" : `, ttl=${ttls}`}${ping.error === null ? "" : ` (${ping.error})`}`;
}
