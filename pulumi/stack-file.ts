import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { Failure } from "../common/errors";

/** What Pulumi itself writes into a stack's config file; all else is the user's. */
const PULUMI_KEYS = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

/** Working copy of a stack's config file: what Pulumi writes goes there, so that the committed file stays as it is. */
export const workingFile = (root: string, stack: string): string =>
  path.join(root, ".fabriclab", `Pulumi.${stack}.yaml`);
export const sourceFile = (root: string, stack: string): string => path.join(root, `Pulumi.${stack}.yaml`);

/** Stacks that there is a config file for, sorted. */
export function stackNames(root: string): string[] {
  const names = [root, path.join(root, ".fabriclab")]
    .flatMap((dir) => (existsSync(dir) ? readdirSync(dir) : []))
    .flatMap((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/**
 * The source's text with the keys that Pulumi wrote into the working copy; a key the source has itself stays the source's, since values it
 * encrypts are there.
 */
export function mergePulumiKeys(source: string, working: string | null): string {
  if (working === null) return source;
  const document = parseDocument(source);
  const kept = parseDocument(working);
  const missing = PULUMI_KEYS.filter((key) => kept.has(key) && !document.has(key));
  if (missing.length === 0 || PULUMI_KEYS.some((key) => document.has(key))) return source;
  return `${source.replace(/\n*$/, "\n")}${missing.map((key) => `${key}: ${JSON.stringify(kept.get(key))}\n`).join("")}`;
}

/**
 * Brings the working copy up to date with its source.
 *
 * @param given a config file other than the stack's own in the checkout
 * @returns path of the working copy
 * @throws Failure where there is neither source nor copy
 */
export function prepareStackFile(root: string, stack: string, given?: string): string {
  const target = workingFile(root, stack);
  const source = given === undefined ? sourceFile(root, stack) : path.resolve(given);
  if (!existsSync(source)) {
    if (given === undefined && existsSync(target)) return target;
    const known = stackNames(root);
    throw new Failure(
      `there is no stack config file ${path.relative(root, source) || source}`,
      `stacks here: ${known.join(", ") || "none"}; for a new one write that file (docs/spec.md)`,
    );
  }
  const working = existsSync(target) ? readFileSync(target, "utf8") : null;
  const text = mergePulumiKeys(readFileSync(source, "utf8"), working);
  if (text !== working) writeWorkingFile(target, text);
  return target;
}

/** Adds what Pulumi wrote for a new stack to the working copy. */
export function adoptPulumiKeys(root: string, stack: string, written: string): void {
  const target = workingFile(root, stack);
  writeWorkingFile(target, mergePulumiKeys(readFileSync(target, "utf8"), written));
}

function writeWorkingFile(target: string, text: string): void {
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  writeFileSync(`${target}.new`, text, { mode: 0o600 });
  renameSync(`${target}.new`, target);
}
