import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "../protocol/resource";
import { driftOf, isLeft, type Drift } from "../../configuration/drift";
import { lookText } from "../../configuration/look";
import { parseFacts, type Facts } from "../../configuration/facts";
import { allPrograms, type Program } from "./programs";
import { repairProgram, repairs } from "./repair";
import type { Login, Shell } from "./shell";
import type { Wanted } from "../../configuration/wanted";

/** A machine that a configuration is of. */
export interface Place {
  /** Name of the machine's driver. */
  readonly driver: string;
  readonly driverId: string;
  /** Name of the machine, for messages. */
  readonly name: string;
  readonly login: Login;
}

/** Attempts to connect to a machine that something is done on; it may have been started a moment ago. */
const PATIENT = 20;
/** Attempts to connect to a machine that is only looked at. */
const BRIEF = 2;
/** A difference is one that a second look finds too: what converges looks like a difference for a moment. */
const SECOND_LOOK_MS = 1000;
/** Looks after a repair, a second apart, until nothing differs: a daemon that was restarted takes some of them. */
const LOOKS = 12;

/** Looks at machines, and does things on them. */
export class MachineAccess {
  constructor(private readonly shell: Shell) {}

  /**
   * Runs a program on the machine.
   *
   * @returns what it prints
   * @throws Error that names the machine and the program when it fails
   */
  async run(place: Place, { text, stdin }: Program, op: Operation, attempts = PATIENT): Promise<string> {
    const options = { signal: op.signal, attempts, ...(stdin === undefined ? {} : { stdin }) };
    const { code, stdout, stderr } = await this.shell(place.login, text, options);
    if (code === 0) return stdout;
    const [title = ""] = text.split("\n");
    throw new Error(`${place.name}: ${title.replace(/^# /, "")} failed: ${stderr.trim() || `exit status ${code}`}`);
  }

  /** Puts all that is wanted in force, whatever is there. */
  async apply(place: Place, wanted: Wanted, op: Operation): Promise<void> {
    for (const program of allPrograms(wanted)) await this.run(place, program, op);
  }

  /** What differs, and differs a moment later too. */
  async lasting(place: Place, wanted: Wanted, op: Operation): Promise<Drift[]> {
    const first = driftOf(await this.look(place, wanted, op, BRIEF), wanted);
    if (first.length === 0) return [];
    await sleep(SECOND_LOOK_MS, undefined, { signal: op.signal });
    const second = driftOf(await this.look(place, wanted, op, BRIEF), wanted);
    return second.filter(({ says }) => first.some((each) => each.says === says));
  }

  /**
   * Brings back what differs.
   *
   * @returns what was brought back
   * @throws Error that names what could not be brought back
   */
  async repair(place: Place, wanted: Wanted, op: Operation): Promise<string[]> {
    const mended = new Set<string>();
    let complaint = "";
    for (let looks = 1; ; looks++) {
      const found = driftOf(await this.look(place, wanted, op, PATIENT), wanted).filter((each) => !isLeft(each));
      if (found.length === 0) return [...mended];
      if (looks > LOOKS) {
        const lines = found.map(({ says }) => `  ${says}`).join("\n");
        throw new Error(`${place.name}: what was changed by hand could not be brought back:\n${lines}${complaint}`);
      }
      for (const { says } of found) mended.add(says);
      const { text, stdin } = repairProgram(repairs(found), wanted);
      const options = { signal: op.signal, attempts: PATIENT, ...(stdin === undefined ? {} : { stdin }) };
      const { stderr } = await this.shell(place.login, text, options);
      complaint = stderr.trim() === "" ? "" : `\nThe machine said: ${stderr.trim()}`;
      await sleep(SECOND_LOOK_MS, undefined, { signal: op.signal });
    }
  }

  private async look(place: Place, wanted: Wanted, op: Operation, attempts: number): Promise<Facts> {
    return parseFacts(await this.run(place, { text: lookText(wanted) }, op, attempts));
  }
}
