import { utils } from "ssh2";
import { generateKeys, isWhole } from "../../../provider/keys";

/** Public keys of both kinds, as ssh2 writes them: one whose first byte is zero comes out a byte short. */
const line = (bytes: number): string => `ssh-ed25519 ${Buffer.alloc(bytes).toString("base64")} comment`;

test("a key that is written short is told from a whole one", () => {
  expect(isWhole({ private: "", public: line(51) })).toBe(true);
  expect(isWhole({ private: "", public: line(50) })).toBe(false);
  expect(isWhole({ private: "", public: "nonsense" })).toBe(false);
});

test("every key of many is whole, another one each time, and belongs to its other half", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 400; i++) {
    const keys = generateKeys("leaf1");
    for (const [secret, open] of [
      [keys.privateKey, keys.publicKey],
      [keys.hostPrivateKey, keys.hostPublicKey],
    ] as const) {
      expect(isWhole({ private: secret, public: open })).toBe(true);
      const parsed = utils.parseKey(secret);
      if (parsed instanceof Error || Array.isArray(parsed)) throw new Error("not one key");
      expect(parsed.getPublicSSH().toString("base64")).toBe(open.split(" ")[1]);
      seen.add(open.split(" ")[1]!);
    }
  }
  expect(seen.size).toBe(800);
});
