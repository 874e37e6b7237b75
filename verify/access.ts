import { bulkhead, type BulkheadPolicy } from "cockatiel";
import { mayBeSlow } from "../plan/kernel";
import type { LabPlan } from "../plan/types";
import type { Connection, Result } from "../ssh/client";
import { connectToNamed, type MachineLogins, type Patience } from "../ssh/machine";
import { Untested } from "./rows";
import type { LabAccess, CommandOptions } from "./types";

/** OpenSSH takes 10 sessions on a connection unless told otherwise (sshd_config, MaxSessions): stay below. */
const SESSIONS = 8;
/** A machine that is slow to answer is slower the more it is asked at once. */
const SESSIONS_SLOW = 2;
const TIMEOUT_MS = 20_000;
/** How much longer a machine that is slow to answer has for it. */
const SLOWER = 3;
/** A machine that runs answers at once. One that does not, is asked no more until everything is looked at anew. */
const DIAL: Patience = { dialErrorLimit: 1, perDialTimeout: 5 };

/** A lab by SSH: one connection a machine, opened when first needed, its host key checked. */
export class SshAccess implements LabAccess {
  private readonly connections = new Map<string, Promise<Connection>>();
  private readonly limits = new Map<string, BulkheadPolicy>();
  private known = new Map<string, Promise<unknown>>();
  private silent = new Map<string, Untested>();

  constructor(
    readonly plan: LabPlan,
    private readonly machines: MachineLogins,
  ) {}

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    let result = this.known.get(key) as Promise<T> | undefined;
    if (result === undefined) this.known.set(key, (result = work()));
    return result;
  }

  /** Forgets what was seen, so that the next attempt looks again. */
  forget(): void {
    this.known = new Map();
    this.silent = new Map();
  }

  run(machine: string, command: string, options: CommandOptions = {}): Promise<Result> {
    let limit = this.limits.get(machine);
    const slow = mayBeSlow(this.plan, machine);
    if (limit === undefined) this.limits.set(machine, (limit = bulkhead(slow ? SESSIONS_SLOW : SESSIONS, Infinity)));
    return limit.execute(async () => {
      const silent = this.silent.get(machine);
      if (silent !== undefined) throw silent;
      const connection = await this.connection(machine);
      try {
        return await connection.exec(command, {
          timeoutMs: (options.timeoutMs ?? TIMEOUT_MS) * (slow ? SLOWER : 1),
        });
      } catch (error) {
        throw new Error(`${machine}: ${(error as Error).message}`);
      }
    });
  }

  private connection(machine: string): Promise<Connection> {
    const open = this.connections.get(machine);
    if (open !== undefined) return open;
    const dialled = this.dial(machine);
    this.connections.set(machine, dialled);
    const drop = (): void => {
      if (this.connections.get(machine) === dialled) this.connections.delete(machine);
    };
    dialled.then((connection) => connection.client.once("close", drop), drop);
    return dialled;
  }

  private async dial(machine: string): Promise<Connection> {
    try {
      return await connectToNamed(this.machines, machine, DIAL);
    } catch (error) {
      const silent = new Untested(`${machine} does not answer: ${(error as Error).message}`);
      this.silent.set(machine, silent);
      throw silent;
    }
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.connections.values());
    for (const connection of open) if (connection.status === "fulfilled") connection.value.close();
  }
}

/** The command's standard output. @throws Error with the command's own words when it fails. */
export async function output(
  lab: LabAccess,
  machine: string,
  command: string,
  options?: CommandOptions,
): Promise<string> {
  return printed(machine, command, await lab.run(machine, command, options));
}

function printed(machine: string, command: string, result: Result): string {
  if (result.code === 0) return result.stdout;
  const why = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-3).join("; ");
  throw new Error(
    `${machine}: \`${command.trim().split("\n")[0]?.slice(0, 120)}\` ended with ${result.signal ?? `status ${result.code}`}${why === "" ? "" : `: ${why}`}`,
  );
}

/** Seconds within which a daemon that works has answered. */
const ANSWER_S = 5;

/**
 * What a daemon of a machine says.
 *
 * @param daemon its name, for messages
 * @throws Untested when it gives no answer in time, Error with the command's own words when it fails
 */
export async function said(lab: LabAccess, machine: string, daemon: string, command: string): Promise<string> {
  const seconds = ANSWER_S * (mayBeSlow(lab.plan, machine) ? SLOWER : 1);
  const text = `timeout ${seconds} ${command}`;
  const result = await lab.run(machine, text);
  if (result.code === TIMED_OUT) throw new Untested(`${daemon} on ${machine} gives no answer within ${seconds} s`);
  return printed(machine, command, result);
}

/** Exit status of timeout(1) when it ended the command. */
const TIMED_OUT = 124;

/** The command's standard output, parsed. @throws Error when it fails or prints no JSON. */
export async function json<T>(lab: LabAccess, machine: string, command: string): Promise<T> {
  return parsed<T>(machine, command, await output(lab, machine, command));
}

/** @throws Error that names the command when the text is no JSON */
export function parsed<T>(machine: string, command: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${machine}: \`${command}\` printed no JSON: ${text.trim().slice(0, 120)}`);
  }
}
