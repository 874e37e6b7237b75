import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** Folder of a checkout's own state; nothing in it is ever committed. */
export const stateDir = (root: string): string => path.join(root, ".fabriclab");

/** The file that set-up leaves in a checkout. */
export const setupFile = (root: string): string => path.join(stateDir(root), "setup.json");

/** Whether set-up has run in a checkout. */
export const isSetUp = (root: string): boolean => existsSync(setupFile(root));

/** A JSON file's value; undefined where it is no JSON. */
export function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // What is wrong with it is said by who expects a value.
    return undefined;
  }
}

/** The way of an earlier set-up of a checkout, whatever version of set-up it was. A look that costs nothing: all of it is read by `readSetup`. */
export function earlierWay(root: string): "registry" | "connected" | undefined {
  if (!isSetUp(root)) return undefined;
  const way = (contentOf(setupFile(root)) as { way?: unknown } | undefined)?.way;
  return way === "registry" || way === "connected" ? way : undefined;
}
