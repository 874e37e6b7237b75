/** SSH to lab machines: one connection a machine, many commands over it. */
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, utils, type ClientChannel, type ConnectConfig, type ParsedKey } from "ssh2";

export interface SshEndpoint {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKey?: string;
  readonly privateKeyPassword?: string;
  readonly password?: string;
  readonly agentSocketPath?: string;
  /** The server's public key, "ssh-ed25519 AAAA..."; any key is taken without it. */
  readonly hostKey?: string;
  /** Failed attempts before giving up; -1 never gives up. */
  readonly dialErrorLimit?: number;
  /** Seconds an attempt may take; 0 is no limit. */
  readonly perDialTimeout?: number;
}

export interface Result {
  readonly code: number | null;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
}
export interface ExecOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Called with output as it comes. */
  readonly onOutput?: (stream: "stdout" | "stderr", data: Buffer) => void;
}

const where = (e: SshEndpoint): string => `${e.user ?? "root"}@${e.host}:${e.port ?? 22}`;

/** Errors that another attempt can't mend. */
class Final extends Error {}

/** Another machine answers at the address than the one meant. */
export class OtherMachine extends Final {}

function hostVerifier(expected: string, at: string): (key: Buffer, verify: (ok: boolean) => void) => void {
  const parsed = utils.parseKey(expected);
  if (parsed instanceof Error) throw new Final(`hostKey of ${at} is not an SSH public key: ${parsed.message}`);
  const want = (Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed).getPublicSSH();
  return (key, verify) => verify(key.equals(want));
}

function config(e: SshEndpoint): ConnectConfig {
  const timeout = e.perDialTimeout ?? 15;
  return {
    host: e.host,
    port: e.port ?? 22,
    username: e.user ?? "root",
    ...(e.privateKey === undefined ? {} : { privateKey: e.privateKey }),
    ...(e.privateKeyPassword === undefined ? {} : { passphrase: e.privateKeyPassword }),
    ...(e.password === undefined ? {} : { password: e.password }),
    ...(e.agentSocketPath === undefined ? {} : { agent: e.agentSocketPath }),
    ...(e.hostKey === undefined ? {} : { hostVerifier: hostVerifier(e.hostKey, where(e)) }),
    readyTimeout: timeout === 0 ? 0 : timeout * 1000,
    keepaliveInterval: 15_000,
    keepaliveCountMax: 4,
  };
}

/** One attempt to connect. @throws Error, at once on abort: then nothing of the attempt is left */
function dial(e: SshEndpoint, signal?: AbortSignal): Promise<Client> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new Final("interrupted"));
      return;
    }
    const client = new Client();
    const interrupt = (): void => {
      client.destroy();
      reject(new Final("interrupted"));
    };
    const settled = (): void => signal?.removeEventListener("abort", interrupt);
    signal?.addEventListener("abort", interrupt, { once: true });
    client.once("ready", () => {
      settled();
      resolve(client);
    });
    client.on("error", (error: Error & { level?: string }) => {
      settled();
      client.end();
      reject(
        error.level === "client-authentication"
          ? new Final(`${where(e)}: the key or password was refused`)
          : /host.*verification|Host denied/i.test(error.message)
            ? new OtherMachine(`${where(e)}: the server's key is not the expected one`)
            : new Error(`${where(e)}: ${error.message}`),
      );
    });
    client.connect(config(e));
  });
}

/** @throws Error on abort */
const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {
    throw new Error("interrupted");
  });

export class Connection {
  private constructor(
    readonly client: Client,
    readonly endpoint: SshEndpoint,
  ) {}

  /** @throws Error when every attempt failed, at once where another can't help (wrong key, wrong host key) and on abort */
  static async open(endpoint: SshEndpoint, signal?: AbortSignal): Promise<Connection> {
    const limit = endpoint.dialErrorLimit ?? 10;
    for (let failures = 1; ; failures++) {
      try {
        return new Connection(await dial(endpoint, signal), endpoint);
      } catch (error) {
        if (error instanceof OtherMachine) throw error;
        if (error instanceof Final || (limit >= 0 && failures >= limit))
          throw new Error(`${(error as Error).message}${failures > 1 ? ` (${failures} attempts)` : ""}`);
        await pause(Math.min(250 * failures, 2000), signal);
      }
    }
  }

  exec(command: string, options: ExecOptions = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      const began = (error: Error | undefined, channel: ClientChannel): void => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        let stdout = "";
        let stderr = "";
        let status: { code: number | null; signal?: string } = { code: null };
        const stop = (why: string) => (): void => {
          channel.close();
          reject(new Error(why));
        };
        const interrupt = stop("interrupted");
        if (options.signal?.aborted === true) {
          interrupt();
          return;
        }
        options.signal?.addEventListener("abort", interrupt, { once: true });
        const timer =
          options.timeoutMs === undefined
            ? undefined
            : setTimeout(
                stop(`no answer within ${options.timeoutMs / 1000} s: ${command.slice(0, 200)}`),
                options.timeoutMs,
              );
        const outText = new StringDecoder("utf8");
        const errorText = new StringDecoder("utf8");
        channel.on("data", (d: Buffer) => {
          stdout += outText.write(d);
          options.onOutput?.("stdout", d);
        });
        channel.stderr.on("data", (d: Buffer) => {
          stderr += errorText.write(d);
          options.onOutput?.("stderr", d);
        });
        channel.on("exit", (code: number | null, signal?: string) => {
          status = { code, ...(signal === undefined ? {} : { signal }) };
        });
        channel.on("close", () => {
          clearTimeout(timer);
          options.signal?.removeEventListener("abort", interrupt);
          resolve({ ...status, stdout, stderr });
        });
        channel.end(options.stdin ?? "");
      };
      this.client.exec(command, { ...(options.env === undefined ? {} : { env: options.env }) }, began);
    });
  }

  /** Ends with the server's last word, so that nothing is left half-open. */
  close(): void {
    this.client.end();
  }
}
