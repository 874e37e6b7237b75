/**
 * What the machines of a real lab answered to every command that `fabriclab verify` runs, kept in a file (test/recorded/record.ts writes it), and a lab
 * that answers from it. A test changes one answer, as a fault would, and sees which rows of which checks tell.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { makePlan, parseSpec } from "../../plan";
import type { LabPlan } from "../../plan/types";
import type { Result } from "../../ssh/client";
import type { LabAccess } from "../../verify/types";

export const FOLDER = path.join(__dirname, "..", "fixtures", "verify");

/** Machine, then key of the command, then what it printed. */
export type Answers = Record<string, Record<string, string>>;

export interface Recording {
  /** The value of `fabriclab:lab`. */
  readonly lab: unknown;
  readonly answers: Answers;
}

/** Commands by what they ask. The key is the name, with the text that the pattern captures: a command may be written anew without a new recording. */
const COMMANDS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["hostname", /^hostname$/],
  ["look", /^# look\.sh/],
  ["interfaces", /^ifquery /],
  ["reverse path", /rp_filter/],
  ["bgp summary", /show bgp ipv4 unicast summary json/],
  ["bgp table", /show bgp ipv4 unicast json/],
  ["routes", /^ip -j -4 route show table main/],
  ["kubectl", /^kubectl .* get (\S+)/],
  ["calico peers", /calicoctl node status/],
  ["tunnels", /link show type vxlan/],
  ["bird", /birdcl .*show route all/],
  ["pod namespaces", /ls \/run\/netns/],
  ["traffic", /tcpdump /],
  ["service", /conntrack /],
  ["dns", /^# resolve\.sh\nset -- \S+ \S+ ([a-z0-9.-]+)/],
  ["http", /\/dev\/tcp\/([\d.]+)\//],
  ["ping", /^ping .* ([\d.]+)$/],
  ["vxlan device", /link show vxlan\.calico/],
  ["bgp speakers", /bgpd\?/],
];

/** @throws Error for a command that is none of the known ones: give it a line above, and record anew */
export function keyOf(command: string): string {
  for (const [name, pattern] of COMMANDS) {
    const found = pattern.exec(command);
    if (found !== null) return [name, ...found.slice(1)].join(" ");
  }
  throw new Error(`test/recorded/answers.ts knows no name for this command: ${command}`);
}

/** First line of an answer whose command did not end with 0. */
const STATUS = /^# exit status (\d+)\n/;
export const withStatus = (text: string, code: number): string =>
  code === 0 ? text : `# exit status ${code}\n${text}`;

export function recording(name: string): Recording {
  return parse(readFileSync(path.join(FOLDER, `${name}.yaml`), "utf8")) as Recording;
}

/** A lab whose machines answer as recorded. */
export class RecordedLab implements LabAccess {
  private readonly known = new Map<string, Promise<unknown>>();

  constructor(
    readonly plan: LabPlan,
    private readonly answers: Answers,
  ) {}

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    let result = this.known.get(key) as Promise<T> | undefined;
    if (result === undefined) this.known.set(key, (result = work()));
    return result;
  }

  async run(machine: string, command: string): Promise<Result> {
    const key = keyOf(command);
    const text = this.answers[machine]?.[key];
    if (text === undefined) throw new Error(`${machine} does not answer`);
    const status = STATUS.exec(text);
    return Promise.resolve({ stdout: text.replace(STATUS, ""), stderr: "", code: Number(status?.[1] ?? 0) });
  }
}

/** The plan that a recorded lab was built from. */
export function recordedPlan({ lab }: Recording): LabPlan {
  const parsed = parseSpec(lab);
  if ("problems" in parsed) throw new Error(`the recorded lab is refused: ${parsed.problems[0]?.message}`);
  return makePlan(parsed.spec);
}
