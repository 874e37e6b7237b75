import type { ClientChannel } from "ssh2";
import { connectTo, type MachineLogin } from "./machine";

/** Exit status of a channel as a shell shows it; 255, as ssh's own, when the connection broke. */
function ended(channel: ClientChannel): Promise<number> {
  return new Promise((resolve) => {
    // `close` repeats what `exit` said, which a short command may have said before anybody could listen.
    channel.on("close", (code?: number | null) => resolve(code ?? 255));
  });
}

/** A shell on this terminal without a system ssh client; with a command, that command. Returns its exit status. */
export async function openShell(to: MachineLogin, command = ""): Promise<number> {
  const connection = await connectTo(to);
  const { stdin, stdout } = process;
  const window = {
    term: process.env.TERM ?? "xterm",
    rows: stdout.rows ?? 24,
    cols: stdout.columns ?? 80,
    width: 0,
    height: 0,
  };
  try {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      const began = (error: Error | undefined, made: ClientChannel): void => {
        if (error === undefined) resolve(made);
        else reject(error);
      };
      if (command === "") connection.client.shell(window, began);
      else connection.client.exec(command, { pty: window }, began);
    });
    const resize = (): void => {
      channel.setWindow(stdout.rows, stdout.columns, 0, 0);
    };
    stdout.on("resize", resize);
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.pipe(channel).pipe(stdout, { end: false });
    try {
      return await ended(channel);
    } finally {
      stdout.off("resize", resize);
      stdin.unpipe(channel);
      if (stdin.isTTY) stdin.setRawMode(false);
      stdin.pause();
    }
  } finally {
    connection.close();
  }
}

/** Runs a command with its streams on ours; standard input is passed on unless it is a terminal. Returns its exit status. */
export async function streamCommand(to: MachineLogin, command: string): Promise<number> {
  const connection = await connectTo(to);
  try {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      connection.client.exec(command, (error, made) => {
        if (error === undefined) resolve(made);
        else reject(error);
      });
    });
    channel.pipe(process.stdout, { end: false });
    channel.stderr.pipe(process.stderr, { end: false });
    if (process.stdin.isTTY) channel.end();
    else process.stdin.pipe(channel);
    try {
      return await ended(channel);
    } finally {
      process.stdin.unpipe(channel);
      process.stdin.pause();
    }
  } finally {
    connection.close();
  }
}
