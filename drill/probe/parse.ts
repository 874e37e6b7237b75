import type { Sample } from "./types";

/** Reads a probe's output line by line. */
export interface ProbeLog {
  feed(line: string): void;
  /** What is known by now, in the order of sending. */
  samples(): Sample[];
}

/** Sequence numbers of ICMP echo have 16 bits. */
const WRAP = 65_536;

/**
 * Log of `ping -D -O`: an answer's line has the time it came and the round trip; a lost packet's the time the next was sent. A number that has neither
 * was lost too, unless it is the last, which may be under way.
 */
export class PingLog implements ProbeLog {
  private readonly answers = new Map<number, number>();
  private readonly losses = new Map<number, number>();
  private last = 0;

  constructor(private readonly intervalMs: number) {}

  feed(line: string): void {
    const found = /^\[(\d+\.\d+)\] (.*?)icmp_seq=(\d+)(?: .*?time=([\d.]+) ms)?/.exec(line);
    if (found === null) return;
    const at = Number(found[1]) * 1000;
    const number = this.whole(Number(found[3]));
    if (found[4] !== undefined) this.answers.set(number, at - Number(found[4]));
    else if (!this.losses.has(number)) this.losses.set(number, at - this.intervalMs);
    this.last = Math.max(this.last, number);
  }

  private whole(number: number): number {
    const rounds = Math.round((this.last - number) / WRAP);
    return number + Math.max(0, rounds) * WRAP;
  }

  samples(): Sample[] {
    const found: Sample[] = [];
    for (let number = 1; number <= this.last; number++) {
      const answered = this.answers.get(number);
      const sent = answered ?? this.losses.get(number) ?? (found.at(-1)?.sent ?? 0) + this.intervalMs;
      found.push({ number, sent, answered: answered !== undefined });
    }
    return found;
  }
}

/** Log of the requests: "HTTP 12 1795253654.682241 200", in the order of their ends. An answer other than 200 counts as none. */
export class HttpLog implements ProbeLog {
  private readonly requests = new Map<number, Sample>();

  feed(line: string): void {
    const found = /^HTTP (\d+) (\d+[.,]\d+) (\w+)$/.exec(line);
    if (found === null) return;
    const number = Number(found[1]);
    this.requests.set(number, {
      number,
      sent: Number((found[2] ?? "").replace(",", ".")) * 1000,
      answered: found[3] === "200",
    });
  }

  samples(): Sample[] {
    return [...this.requests.values()].sort((a, b) => a.number - b.number);
  }
}
