import { utils } from "ssh2";
import type { MachineKeys } from "./drivers/driver";

/** A key pair for logging in to a machine, and one that the machine proves itself with; ed25519, OpenSSH format. */
export function generateKeys(machine: string): MachineKeys {
  const login = utils.generateKeyPairSync("ed25519", { comment: `fabriclab ${machine}` });
  const host = utils.generateKeyPairSync("ed25519", { comment: machine });
  return { privateKey: login.private, publicKey: login.public, hostPrivateKey: host.private, hostPublicKey: host.public };
}
