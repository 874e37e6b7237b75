import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SerialQueue } from "../../common/queue";
import { docker, dockerHost } from "../../docker/client";
import { dockerHostIsChosen, socketExists } from "../../docker/host";
import { hashOf } from "../../steps/hash";
import type { Step, StepContext } from "../../steps/step";

const onPath = (program: string): boolean =>
  (process.env.PATH ?? "").split(":").some((dir) => existsSync(path.join(dir, program)));
const isRoot = (): boolean => process.getuid?.() === 0;
const isDebian = (): boolean =>
  existsSync("/etc/os-release") && /^ID(_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8"));
const answers = (): Promise<boolean> =>
  docker()
    .ping()
    .then(
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

/** What decides whether set-up may bring an engine. */
export interface EngineHost {
  /** Address of the engine, and whether a user's setting names it. */
  readonly engine: string;
  readonly engineIsChosen: boolean;
  readonly socketExists: boolean;
  readonly isRoot: boolean;
  readonly isDebian: boolean;
  /** Whether an engine is installed. */
  readonly hasEngine: boolean;
  /** Whether FABRICLAB_NO_ENGINE_INSTALL=1 keeps set-up from installing or starting one. */
  readonly mayNot: boolean;
}

const hostFacts = (): EngineHost => ({
  engine: dockerHost(),
  engineIsChosen: dockerHostIsChosen(),
  socketExists: socketExists(),
  isRoot: isRoot(),
  isDebian: isDebian(),
  hasEngine: onPath("dockerd"),
  mayNot: process.env["FABRICLAB_NO_ENGINE_INSTALL"] === "1",
});

/** Why set-up can't bring an engine where none answers, with the remedy; null where it can. */
export function engineProblem(host: EngineHost): string | null {
  if (host.engineIsChosen)
    return `no engine answers at ${host.engine} (DOCKER_HOST or the current docker context): start it, or choose another`;
  if (host.socketExists && !host.isRoot)
    return `${host.engine} is there but does not answer this user: join the group docker (usermod -aG docker NAME, then log in again), or start the engine`;
  if (!host.hasEngine && !(host.isRoot && host.isDebian))
    return "no Docker engine answers, and set-up may install one only as root on Debian: install Docker Engine 20.10 or newer and start it (and be in the group docker), or run this as root";
  if (!host.isRoot) return "no Docker engine answers: start it (systemctl start docker), and be in the group docker";
  if (!host.mayNot) return null;
  return host.hasEngine
    ? "no Docker engine answers, and FABRICLAB_NO_ENGINE_INSTALL=1 keeps set-up from starting one: start it"
    : "no Docker engine answers, and FABRICLAB_NO_ENGINE_INSTALL=1 keeps set-up from installing one: install Docker Engine 20.10 or newer and start it";
}

/** What set-up is about to do to a host on which no engine answers, said before it does it; null where it does nothing. */
export function engineNotice(host: EngineHost): string | null {
  if (engineProblem(host) !== null) return null;
  const what = host.hasEngine
    ? "No Docker engine is running: set-up starts it now"
    : "There is no Docker engine: set-up installs Debian's docker.io now, and starts it";
  return `${what} (FABRICLAB_NO_ENGINE_INSTALL=1 keeps it from that).`;
}

/** {@link engineNotice} of this host; null where an engine answers. */
export const engineIntent = async (): Promise<string | null> => ((await answers()) ? null : engineNotice(hostFacts()));

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
      const problem = engineProblem(hostFacts());
      if (problem !== null) throw new Error(problem);
      if (!onPath("dockerd")) {
        await aptInstall(ctx, ["docker.io"]);
        installed = true;
      }
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
