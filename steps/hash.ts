import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

/** First 16 hex digits of the SHA-256 of the parts; parts can't run into one another. */
export function hashOf(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest("hex").slice(0, 16);
}

/** Every file below a folder, relative, sorted. */
export function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((f) => statSync(path.join(dir, f)).isFile())
    .sort();
}

/** Content hash of a folder: names, executable bits, bytes. */
export function hashOfFolder(dir: string): string {
  return hashOf(
    ...filesBelow(dir).flatMap((f) => {
      const file = path.join(dir, f);
      return [f, String(statSync(file).mode & 0o111), readFileSync(file, "latin1")];
    }),
  );
}
