/** A real OpenSSH server on loopback: of this machine where it has one, else of the lab's switch image. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { generateKeyPair } from "../../../provider/keys";
import { root } from "./binaries";

const SSHD = "/usr/sbin/sshd";

function switchImage(): string | null {
  try {
    const { images } = JSON.parse(readFileSync(path.join(root, ".fabriclab", "setup.json"), "utf8")) as {
      images: { switch: string };
    };
    return spawnSync("docker", ["image", "inspect", images.switch], { stdio: "ignore" }).status === 0
      ? images.switch
      : null;
  } catch {
    return null;
  }
}

/** Where a server can come from, or null. */
export const source = (): "host" | "image" | null =>
  existsSync(SSHD) ? "host" : switchImage() !== null ? "image" : null;

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const s = createServer()
      .once("error", reject)
      .listen(0, "127.0.0.1", () => {
        const { port } = s.address() as { port: number };
        s.close(() => resolve(port));
      });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const s = connect(port, "127.0.0.1")
      .once("data", () => {
        s.destroy();
        resolve(true);
      })
      .once("error", () => resolve(false))
      .setTimeout(500, () => {
        s.destroy();
        resolve(false);
      });
  });

export class SshServer {
  readonly privateKey: string;
  readonly hostKey: string;
  /** Folder that commands on the server see under the same path. */
  readonly dir = mkdtempSync(path.join(tmpdir(), "fabriclab-sshd-"));
  private child: ChildProcess | undefined;
  private container: Docker.Container | undefined;

  private constructor(readonly port: number) {
    const user = generateKeyPair("user");
    const host = generateKeyPair("host");
    [this.privateKey, this.hostKey] = [user.private, host.public];
    const file = (name: string, text: string): string => {
      const f = path.join(this.dir, name);
      writeFileSync(f, text, { mode: 0o600 });
      return f;
    };
    chmodSync(this.dir, 0o755);
    mkdirSync(path.join(this.dir, "work"));
    file(
      "sshd_config",
      [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${file("host", host.private)}`,
        `AuthorizedKeysFile ${file("authorized", `${user.public}\n`)}`,
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "StrictModes no",
        "UsePAM no",
        "PidFile none",
        "AcceptEnv LAB_*",
        "Subsystem sftp internal-sftp",
        "MaxStartups 100",
      ].join("\n"),
    );
  }

  static async start(): Promise<SshServer> {
    const server = new SshServer(await freePort());
    const config = path.join(server.dir, "sshd_config");
    if (source() === "host") {
      mkdirSync("/run/sshd", { recursive: true });
      server.child = spawn(SSHD, ["-D", "-e", "-f", config], { stdio: "ignore" });
    } else {
      server.container = await new Docker().createContainer({
        Image: switchImage()!,
        Entrypoint: ["/bin/sh", "-c", `mkdir -p /run/sshd && exec ${SSHD} -D -e -f ${config}`],
        Cmd: [],
        HostConfig: { NetworkMode: "host", Binds: [`${server.dir}:${server.dir}`], AutoRemove: true },
      });
      await server.container.start();
    }
    for (let i = 0; i < 100 && !(await answers(server.port)); i++) await sleep(100);
    return server;
  }

  /** `connection` of a remote command, as JavaScript text; the key is in a file that the program reads. */
  connection(more = ""): string {
    const key = path.join(this.dir, "key");
    writeFileSync(key, this.privateKey, { mode: 0o600 });
    return `{ host: "127.0.0.1", port: ${this.port}, user: "root", privateKey: require("fs").readFileSync(${JSON.stringify(key)}, "utf8"), hostKey: ${JSON.stringify(this.hostKey)}, ${more} }`;
  }

  async stop(): Promise<void> {
    this.child?.kill("SIGTERM");
    await this.container?.stop({ t: 0 }).catch(() => undefined);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
