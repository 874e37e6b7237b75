import { copyFileSync, linkSync, mkdirSync } from "node:fs";
import * as path from "node:path";

/** The same file under a second name, not a symbolic link: the CLI looks for its language hosts beside where its own file really lies. */
export function place(source: string, target: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  try {
    linkSync(source, target);
  } catch {
    // Another file system.
    copyFileSync(source, target);
  }
}
