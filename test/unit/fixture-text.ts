import { readFileSync, writeFileSync } from "node:fs";

/** Compares a text with the file that pins it. UPDATE_FIXTURES=1 writes the file anew: read every difference. */
export function expectText(file: string, text: string): void {
  if (process.env.UPDATE_FIXTURES === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}
