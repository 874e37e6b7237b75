import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { MachineLogin } from "./machine";

/** A file without a name. */
interface UnnamedFile {
  /** Where programs that this process starts can read it, as long as this process runs. */
  readonly path: string;
  close(): void;
}

/**
 * Puts a text into a file that has no name any more, readable by its owner alone. Whatever ends this process, SIGKILL included, the kernel then drops
 * the text: nothing is left to be removed.
 */
function unnamedFile(text: string): UnnamedFile {
  const folder = mkdtempSync(path.join(tmpdir(), "fabriclab-ssh-"));
  try {
    const descriptor = openSync(path.join(folder, "text"), "wx+", 0o600);
    writeSync(descriptor, text);
    // Not /proc/self: ssh closes descriptors that it inherits, and has none of ours.
    return { path: `/proc/${process.pid}/fd/${descriptor}`, close: () => closeSync(descriptor) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Key and host key of a machine as the system's ssh reads them. */
export interface SshFiles {
  readonly key: string;
  readonly knownHosts: string;
  /** For when ssh has ended. */
  close(): void;
}

export function sshFiles(to: MachineLogin): SshFiles {
  const key = unnamedFile(`${to.privateKey.trimEnd()}\n`);
  const knownHosts = unnamedFile(`[${to.host}]:${to.port} ${to.hostKey}\n`);
  return {
    key: key.path,
    knownHosts: knownHosts.path,
    close: () => {
      key.close();
      knownHosts.close();
    },
  };
}

/** Arguments of the system's ssh that reach a machine and no other, whatever the user's own configuration says. */
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
