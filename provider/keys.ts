import { utils } from "ssh2";
import type { MachineKeys } from "./drivers/driver";

interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** "ssh-ed25519" and 32 bytes, each after its length (RFC 8709, section 4). */
const PUBLIC_LENGTH = 4 + 11 + 4 + 32;

/** ssh2 (1.17) writes one key in 256 short, those whose public half begins with a zero byte, and OpenSSH refuses them. */
export const isWhole = (key: KeyPair): boolean =>
  Buffer.from(key.public.split(" ")[1] ?? "", "base64").length === PUBLIC_LENGTH;

/** An ed25519 key pair in OpenSSH format. */
export function generateKeyPair(comment: string): KeyPair {
  for (;;) {
    const key = utils.generateKeyPairSync("ed25519", { comment });
    if (isWhole(key)) return key;
  }
}

/** A key pair for logging in to a machine, and one that the machine proves itself with; ed25519, OpenSSH format. */
export function generateKeys(machine: string): MachineKeys {
  const login = generateKeyPair(`fabriclab ${machine}`);
  const host = generateKeyPair(machine);
  return {
    privateKey: login.private,
    publicKey: login.public,
    hostPrivateKey: host.private,
    hostPublicKey: host.public,
  };
}
