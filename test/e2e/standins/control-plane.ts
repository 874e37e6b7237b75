/** etcd, kube-apiserver and kube-controller-manager on loopback: a real Kubernetes API without a node. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { built } from "./binaries";
import { freePort } from "./ssh-server";

const TOKEN = "standins-admin-token";
export const programs = {
  etcd: built("etcd", "etcd"),
  "kube-apiserver": built("kubernetes", "kube-apiserver"),
  "kube-controller-manager": built("kubernetes", "kube-controller-manager"),
};

export class ControlPlane {
  private readonly children: ChildProcess[] = [];
  private constructor(
    readonly dir: string,
    readonly port: number,
  ) {}

  static async start(): Promise<ControlPlane> {
    const dir = mkdtempSync(path.join(tmpdir(), "fabriclab-api-"));
    const [client, peer, api, manager] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const c = new ControlPlane(dir, api);
    const at = (name: string): string => path.join(dir, name);
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        at("tls.key"),
        "-out",
        at("tls.crt"),
      ],
      { stdio: "ignore" },
    );
    writeFileSync(at("tokens.csv"), `${TOKEN},admin,admin,system:masters\n`, { mode: 0o600 });
    writeFileSync(at("kubeconfig"), c.kubeconfig(), { mode: 0o600 });
    c.run("etcd", [
      "--data-dir",
      at("etcd"),
      "--unsafe-no-fsync",
      "--listen-client-urls",
      `http://127.0.0.1:${client}`,
      "--advertise-client-urls",
      `http://127.0.0.1:${client}`,
      "--listen-peer-urls",
      `http://127.0.0.1:${peer}`,
      "--initial-advertise-peer-urls",
      `http://127.0.0.1:${peer}`,
      "--initial-cluster",
      `default=http://127.0.0.1:${peer}`,
    ]);
    c.run("kube-apiserver", [
      "--etcd-servers",
      `http://127.0.0.1:${client}`,
      "--bind-address",
      "127.0.0.1",
      "--advertise-address",
      "127.0.0.1",
      "--secure-port",
      String(api),
      "--tls-cert-file",
      at("tls.crt"),
      "--tls-private-key-file",
      at("tls.key"),
      "--service-account-issuer",
      "https://standins",
      "--service-account-key-file",
      at("tls.crt"),
      "--service-account-signing-key-file",
      at("tls.key"),
      "--token-auth-file",
      at("tokens.csv"),
      "--authorization-mode",
      "AlwaysAllow",
      "--allow-privileged",
      "--service-cluster-ip-range",
      "10.96.0.0/16",
      "--disable-admission-plugins",
      "ServiceAccount",
      "--endpoint-reconciler-type",
      "none",
    ]);
    await c.ready();
    c.run("kube-controller-manager", [
      "--kubeconfig",
      at("kubeconfig"),
      "--bind-address",
      "127.0.0.1",
      "--secure-port",
      String(manager),
      "--cert-dir",
      at("manager"),
      "--leader-elect=false",
      "--service-account-private-key-file",
      at("tls.key"),
    ]);
    return c;
  }

  kubeconfig(): string {
    const ca = readFileSync(path.join(this.dir, "tls.crt")).toString("base64");
    return (
      `apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: "https://127.0.0.1:${this.port}", certificate-authority-data: ${ca}}}]\n` +
      `users: [{name: u, user: {token: ${TOKEN}}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n`
    );
  }

  private run(program: keyof typeof programs, args: string[]): void {
    const child = spawn(programs[program]!, args, { stdio: ["ignore", "pipe", "pipe"] });
    const out = createWriteStream(path.join(this.dir, `${program}.log`));
    child.stdout.pipe(out);
    child.stderr.pipe(out);
    this.children.push(child);
  }

  /** A call past the plugin: what the cluster really has. */
  call<T = Record<string, unknown>>(
    method: string,
    at: string,
    body?: unknown,
    type = "application/json",
  ): Promise<{ code: number; body: T }> {
    return new Promise((resolve, reject) => {
      const req = request(
        {
          host: "127.0.0.1",
          port: this.port,
          method,
          path: at,
          rejectUnauthorized: false,
          headers: { authorization: `Bearer ${TOKEN}`, "content-type": type },
        },
        (res) => {
          let text = "";
          res
            .on("data", (d: Buffer) => {
              text += d.toString();
            })
            .on("end", () =>
              resolve({ code: res.statusCode ?? 0, body: (text.startsWith("{") ? JSON.parse(text) : { text }) as T }),
            );
        },
      );
      req.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  private async ready(): Promise<void> {
    for (let i = 0; i < 300; i++) {
      if ((await this.call("GET", "/readyz").catch(() => ({ code: 0 }))).code === 200) return;
      await sleep(200);
    }
    throw new Error(
      `the API server did not start:\n${readFileSync(path.join(this.dir, "kube-apiserver.log"), "utf8").slice(-3000)}`,
    );
  }

  async stop(): Promise<void> {
    for (const child of this.children.reverse()) {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
