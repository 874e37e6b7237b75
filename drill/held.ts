import type { Readable, Writable } from "node:stream";
import type { ClientChannel } from "ssh2";
import type { Connection } from "../ssh/client";
import { StreamText } from "../common/lines";
import { connectToNamed, type MachineLogins } from "../ssh/machine";

export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** A command that runs on a machine for as long as this program holds the line: it gets the end of its input when the line is let go or breaks. */
export interface Held {
  /** How it ended; never rejects. */
  readonly ended: Promise<Ended>;
  /** Lets go, and waits until the command has cleaned up and ended. */
  release(): Promise<Ended>;
}

/** Connections of a lab for commands that are held, one a machine. */
export class Lines {
  private readonly connections = new Map<string, Promise<Connection>>();

  constructor(private readonly machines: MachineLogins) {}

  /** @throws Error when the machine can't be reached */
  async hold(machine: string, command: string, onOutput: (data: Buffer) => void): Promise<Held> {
    const held = await this.begin(machine, command);
    held.output.on("data", onOutput);
    return held;
  }

  /** As `hold`, with the output still to be read: the command does not end before it is. */
  async begin(machine: string, command: string): Promise<Held & { readonly output: Readable }> {
    const { client } = await this.connection(machine);
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.exec(command, (error, made) => {
        if (error === undefined) resolve(made);
        else reject(new Error(`${machine}: ${error.message}`));
      });
    });
    const stderr = new StreamText();
    let code: number | null = null;
    channel.stderr.on("data", (data: Buffer) => stderr.add(data));
    channel.on("exit", (status: number | null) => {
      code = status;
    });
    const ended = new Promise<Ended>((resolve) => channel.on("close", () => resolve({ code, stderr: stderr.text })));
    return {
      ended,
      output: channel,
      release: () => {
        channel.end();
        return ended;
      },
    };
  }

  private connection(machine: string): Promise<Connection> {
    const open = this.connections.get(machine) ?? connectToNamed(this.machines, machine);
    this.connections.set(machine, open);
    return open;
  }

  async close(): Promise<void> {
    for (const each of await Promise.allSettled(this.connections.values()))
      if (each.status === "fulfilled") each.value.close();
  }
}

/**
 * Passes on the output of one command, on a connection of its own, until the command ends, `signal` is aborted, or nobody reads any more. A reader that
 * is slower than the command slows the command down.
 *
 * @param to is left open
 */
export async function passOn(
  machines: MachineLogins,
  machine: string,
  command: string,
  to: Writable,
  signal: AbortSignal,
): Promise<Ended> {
  const lines = new Lines(machines);
  try {
    const { output, ended, release } = await lines.begin(machine, command);
    const stop = (): void => void release();
    const unread = (): void => {
      output.unpipe(to);
      output.resume();
      stop();
    };
    signal.addEventListener("abort", stop, { once: true });
    // EPIPE: the program that read it was closed.
    to.on("error", unread);
    if (signal.aborted) stop();
    output.pipe(to, { end: false });
    return await ended;
  } finally {
    await lines.close();
  }
}

/**
 * Shell text (bash) that runs a command until its input ends, and then interrupts it as Ctrl-C does; ends with the command's own status. Nothing
 * is left on the machine, also where the program at the other end was killed.
 */
export function untilReleased(command: string): string {
  return `exec 3<&0
${command} </dev/null & p=$!
{ while read -r -u 3 _; do :; done; kill -INT $p; } >/dev/null 2>&1 & w=$!
wait $p; s=$?; kill $w 2>/dev/null; exit $s`;
}
