import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { docker } from "../support";

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Debian's docker-registry; installed where it is missing and we may. */
function ensureInstalled(): void {
  if (spawnSync("docker-registry", ["--version"]).status === 0) return;
  const install = (): boolean =>
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "docker-registry"], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  if (!install()) {
    spawnSync("apt-get", ["update"]);
    if (!install()) throw new Error("this test needs Debian's docker-registry: apt-get install docker-registry");
  }
}

const follow = (stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve, reject) =>
    docker.modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failed = output?.find((o) => o.error !== undefined);
      if (error ?? failed) reject(error ?? new Error(failed!.error));
      else resolve();
    }),
  );

/** An image registry on loopback that holds images under upstream's whole names. */
export class ImageRegistry {
  private constructor(
    private readonly child: ChildProcess,
    readonly host: string,
  ) {}

  static async start(dir: string): Promise<ImageRegistry> {
    ensureInstalled();
    const host = `127.0.0.1:${await freePort()}`;
    const config = path.join(dir, "registry.yml");
    mkdirSync(path.join(dir, "registry"), { recursive: true });
    writeFileSync(
      config,
      JSON.stringify({
        version: 0.1,
        log: { level: "error" },
        storage: { filesystem: { rootdirectory: path.join(dir, "registry") } },
        http: { addr: host },
      }),
    );
    const child = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
    for (let i = 0; i < 100; i++) {
      if (
        await fetch(`http://${host}/v2/`).then(
          (r) => r.ok,
          () => false,
        )
      )
        return new ImageRegistry(child, host);
      await sleep(100);
    }
    child.kill();
    throw new Error("docker-registry does not answer");
  }

  /** Puts an image that the engine has into the registry under an upstream name, and takes both names off the engine. */
  async hold(name: string): Promise<void> {
    const colon = name.lastIndexOf(":");
    const repo = `${this.host}/${name.slice(0, colon)}`;
    const tag = name.slice(colon + 1);
    await docker.getImage(name).tag({ repo, tag });
    await follow(await docker.getImage(`${repo}:${tag}`).push({ authconfig: { username: "", password: "" } }));
    await docker.getImage(`${repo}:${tag}`).remove();
  }

  /** Loads an archive of images into the engine. */
  async load(archive: string): Promise<void> {
    await follow(await docker.loadImage(createReadStream(archive), { quiet: true }));
  }

  /** Makes an image of one layer out of a tar. */
  async make(name: string, tar: NodeJS.ReadableStream): Promise<void> {
    const colon = name.lastIndexOf(":");
    await follow(
      await docker.importImage(tar, {
        repo: name.slice(0, colon),
        tag: name.slice(colon + 1),
      }),
    );
  }

  stop(): void {
    this.child.kill();
  }
}
