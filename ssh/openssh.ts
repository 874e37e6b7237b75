import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { MachineLogin } from "../ssh/machine";

export interface SshFiles {
  readonly key: string;
  readonly knownHosts: string;
  remove(): void;
}

/** The key and the host key as files for the system's ssh, readable by the owner alone; call `remove` when it has ended. */
export function writeSshFiles(to: MachineLogin): SshFiles {
  const dir = mkdtempSync(path.join(tmpdir(), "fabriclab-ssh-"));
  const key = path.join(dir, "key");
  const knownHosts = path.join(dir, "known_hosts");
  writeFileSync(key, `${to.privateKey.trimEnd()}\n`, { mode: 0o600 });
  writeFileSync(knownHosts, `[${to.host}]:${to.port} ${to.hostKey}\n`, { mode: 0o600 });
  return { key, knownHosts, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export function sshArguments(to: MachineLogin, files: Pick<SshFiles, "key" | "knownHosts">): string[] {
  const options = {
    IdentitiesOnly: "yes",
    UserKnownHostsFile: files.knownHosts,
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    UpdateHostKeys: "no",
    LogLevel: "ERROR",
  };
  return [
    "-F",
    "none",
    "-i",
    files.key,
    "-p",
    `${to.port}`,
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    `${to.user}@${to.host}`,
  ];
}
