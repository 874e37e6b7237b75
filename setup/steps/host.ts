import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SerialQueue } from "../../common/queue";
import { docker } from "../../images/engine";
import { dockerHost, dockerHostIsChosen, socketExists } from "../../docker/host";
import { hashOf } from "../../steps/hash";
import type { Step, StepContext } from "../../steps/step";

const onPath = (program: string): boolean =>
  (process.env.PATH ?? "").split(":").some((dir) => existsSync(path.join(dir, program)));
const isRoot = (): boolean => process.getuid?.() === 0;
const isDebian = (): boolean =>
  existsSync("/etc/os-release") && /^ID(_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8"));
const answers = (): Promise<boolean> =>
  docker.ping().then(
    () => true,
    () => false,
  );

const apt = new SerialQueue();
/** Installs Debian packages, one call at a time; fetches the package lists when apt does not know them. */
function aptInstall(ctx: StepContext, packages: readonly string[]): Promise<void> {
  const options = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
  const install = (): Promise<string> =>
    ctx.exec("apt-get", ["install", ...options, ...packages], { env: { DEBIAN_FRONTEND: "noninteractive" } });
  return apt.add(async () => {
    ctx.log(`apt-get install ${packages.join(" ")}`);
    await install().catch(async () => {
      await ctx.exec("apt-get", ["update"]);
      await install();
    });
  });
}

/**
 * Settings with which the engine runs on machines without an init system, without bridge netfilter and without the right to change the host's
 * firewall: labs need none of it, their machines are reached through loopback ports.
 */
const DOCKERD = [
  "--iptables=false",
  "--ip6tables=false",
  "--ip-forward=false",
  "--bridge=none",
  "--storage-driver=overlay2",
];

const pidFile = (cache: string): string => path.join(cache, "dockerd.pid");
const engineLog = (cache: string): string => path.join(cache, "logs", "dockerd.log");
const bootedBySystemd = (): boolean => existsSync("/run/systemd/system");

/** Set-up installed the engine in this run. */
let installed = false;

/** A Docker engine that answers: the one there is, else Debian's, installed and started when we may. */
export function engineStep(): Step {
  return {
    id: "docker-engine",
    title: "Docker engine",
    needs: [],
    estimate: 25,
    kind: "io",
    key: () => "engine",
    present: answers,
    run: async (ctx) => {
      if (dockerHostIsChosen())
        throw new Error(
          `no engine answers at ${dockerHost()} (DOCKER_HOST or the current docker context): start it, or choose another`,
        );
      if (socketExists() && !isRoot())
        throw new Error(
          `${dockerHost()} is there but does not answer this user: join the group docker (usermod -aG docker NAME, then log in again), or start the engine`,
        );
      if (!onPath("dockerd")) {
        if (!isRoot() || !isDebian())
          throw new Error(
            "no Docker engine answers, and set-up may install one only as root on Debian: install Docker Engine 20.10 or newer and start it (and be in the group docker), or run this as root",
          );
        await aptInstall(ctx, ["docker.io"]);
        installed = true;
      } else if (!isRoot())
        throw new Error("no Docker engine answers: start it (systemctl start docker), and be in the group docker");
      if (!bootedBySystemd()) return startByHand(ctx);
      await ctx.exec("systemctl", ["start", "docker"]);
      for (let i = 0; i < 60; i++) {
        if (await answers()) return;
        await sleep(500);
      }
      throw new Error("systemd started Docker, but it does not answer: see journalctl -u docker");
    },
  };
}

/** What to know about an engine that set-up has just started. */
export function engineNote(cache: string): string {
  const found = installed
    ? "there was no Docker engine: Debian's docker.io was installed (to remove it: apt-get purge docker.io), "
    : "no Docker engine was running: ";
  if (bootedBySystemd() || !existsSync(pidFile(cache)))
    return `${found}${installed ? "and " : "it was "}started (systemctl start docker)`;
  const pid = readFileSync(pidFile(cache), "utf8").trim();
  return `${found}dockerd was started by hand, as there is no systemd here, and keeps running (pid ${pid}, log ${engineLog(cache)}; to stop it: kill ${pid})`;
}

async function startByHand(ctx: StepContext): Promise<void> {
  const log = engineLog(ctx.cache);
  mkdirSync(path.dirname(log), { recursive: true });
  const out = openSync(log, "a");
  const child = spawn("dockerd", DOCKERD, { detached: true, stdio: ["ignore", out, out] });
  child.unref();
  child.on("error", () => undefined);
  for (let i = 0; i < 120; i++) {
    if (await answers()) {
      writeFileSync(pidFile(ctx.cache), `${child.pid}\n`);
      ctx.log(`started dockerd (pid ${child.pid}, log ${log})`);
      return;
    }
    if (child.exitCode !== null) break;
    await sleep(250);
  }
  throw new Error(`dockerd does not answer:\n${readFileSync(log, "utf8").trim().split("\n").slice(-8).join("\n")}`);
}

/** Programs of the host that the registry way needs. */
export function packagesStep(): Step {
  return {
    id: "host-packages",
    title: "mmdebstrap (makes Debian root filesystems)",
    needs: [],
    estimate: 10,
    kind: "io",
    key: () => hashOf("mmdebstrap"),
    present: async () => onPath("mmdebstrap"),
    run: async (ctx) => {
      if (!isRoot() || !isDebian())
        throw new Error(
          "mmdebstrap is not installed: install it (Debian, Ubuntu: apt-get install mmdebstrap), or run this as root on Debian",
        );
      await aptInstall(ctx, ["mmdebstrap"]);
    },
  };
}
