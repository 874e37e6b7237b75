import { shellProgram } from "../common/shell-program";
import type { ClientChannel } from "ssh2";
import { Connection } from "../ssh/client";
import type { MachineConnection } from "../verify/types";

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

  constructor(private readonly machines: Readonly<Record<string, MachineConnection>>) {}

  /** @throws Error when the machine can't be reached */
  async hold(machine: string, command: string, onOutput: (data: Buffer) => void): Promise<Held> {
    const { client } = await this.connection(machine);
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.exec(command, (error, made) => {
        if (error === undefined) resolve(made);
        else reject(new Error(`${machine}: ${error.message}`));
      });
    });
    let stderr = "";
    let code: number | null = null;
    channel.on("data", onOutput);
    channel.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
    });
    channel.on("exit", (status: number | null) => {
      code = status;
    });
    const ended = new Promise<Ended>((resolve) => channel.on("close", () => resolve({ code, stderr })));
    return {
      ended,
      release: () => {
        channel.end();
        return ended;
      },
    };
  }

  private connection(machine: string): Promise<Connection> {
    const open = this.connections.get(machine) ?? this.dial(machine);
    this.connections.set(machine, open);
    return open;
  }

  private async dial(machine: string): Promise<Connection> {
    const at = this.machines[machine];
    if (at === undefined) throw new Error(`${machine}: the stack has no such machine`);
    const { host, port, user, privateKey, hostKey } = at;
    return Connection.open({ host, port, user, privateKey, hostKey, dialErrorLimit: 2, perDialTimeout: 10 });
  }

  async close(): Promise<void> {
    for (const each of await Promise.allSettled(this.connections.values()))
      if (each.status === "fulfilled") each.value.close();
  }
}

/** One command on a connection of its own, which is closed when the command ends. */
export async function holdOne(
  machines: Readonly<Record<string, MachineConnection>>,
  machine: string,
  command: string,
  onOutput: (data: Buffer) => void,
): Promise<Held> {
  const lines = new Lines(machines);
  try {
    const { ended, release } = await lines.hold(machine, command, onOutput);
    return { release, ended: ended.finally(() => lines.close()) };
  } catch (error) {
    await lines.close();
    throw error;
  }
}

/** Shell text (bash) that runs a simple command until its input ends, and then interrupts it as Ctrl-C does; ends with the command's own status. */
export const untilReleased = (command: string): string => shellProgram("drill/scripts/until-released.sh", [command]);

/** A word of a shell command, whatever is in it. */
export const quoted = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

/** Calls back with each whole line of a stream. */
export function byLine(onLine: (line: string) => void): (data: Buffer) => void {
  let rest = "";
  return (data) => {
    const lines = (rest + data.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}
