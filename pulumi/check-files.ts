import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { HostFacts, OutcomeOptions } from "../plan";
import { checkStackText, type CheckedFile } from "../report/findings";
import { Failure } from "../common/errors";
import { sourceFile, stackNames } from "./stack-file";

/** Stack files to check: those given, that of a stack, or all of the checkout. @throws Failure if one isn't there */
export function filesToCheck(root: string, files: readonly string[], stack: string | null): string[] {
  const all =
    files.length > 0
      ? files.map((file) => path.resolve(file))
      : stack !== null
        ? [sourceFile(root, stack)]
        : stackNames(root)
            .map((name) => sourceFile(root, name))
            .filter(existsSync);
  const missing = all.find((file) => !existsSync(file));
  if (missing !== undefined)
    throw new Failure(
      `there is no stack config file ${path.relative(process.cwd(), missing)}`,
      `stacks here: ${stackNames(root).join(", ") || "none"}`,
    );
  return all;
}

export function checkFile(root: string, file: string, host: HostFacts, options: OutcomeOptions = {}): CheckedFile {
  return checkStackText(fileUri(root, file), readFileSync(file, "utf8"), host, options);
}

/** A file as results name it: relative to the checkout where it lies there, or whole as a file: URI. */
export function fileUri(root: string, file: string): string {
  const relative = path.relative(root, file);
  return relative.startsWith("..") || path.isAbsolute(relative)
    ? pathToFileURL(file).href
    : relative.split(path.sep).map(encodeURIComponent).join("/");
}
