/**
 * Maps the places of an error's stack trace to the sources when the error is shown, not when the trace is taken.
 *
 * The SDK's runner loads `source-map-support`, which maps every frame of every trace as it is taken; the SDK takes several traces of every resource and
 * shows none of them.
 *
 * Without it a no-op preview of the dev lab takes 60 % longer (wall time, median of pairs, Node.js 20, official kubernetes plugin).
 */
import { existsSync, readFileSync } from "node:fs";
import Module, { SourceMap } from "node:module";
import * as path from "node:path";
import { isPlain } from "./plain";

const REPLACED = "source-map-support/register";

const maps = new Map<string, SourceMap | null>();
function mapOf(file: string): SourceMap | null {
  let map = maps.get(file);
  if (map === undefined) {
    const at = `${file}.map`;
    map = existsSync(at) ? new SourceMap(JSON.parse(readFileSync(at, "utf8")) as Module.SourceMapPayload) : null;
    maps.set(file, map);
  }
  return map;
}

/** A stack trace with the places of compiled files that have a source map beside them given in their sources. */
export const mapped = (stack: string): string =>
  stack.replace(/(\/[^\s():]+\.js):(\d+):(\d+)/g, (place, file: string, line: string, column: string) => {
    const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !("originalSource" in entry)) return place;
    const source = path.resolve(path.dirname(file), entry.originalSource);
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });

/**
 * A stack trace without the frames of libraries. The SDK has Node.js colour them, and there Node.js 20 runs in a circle for a minute until its memory
 * is full; the program's own frames are what a reader looks for.
 */
export const ownFrames = (stack: string): string =>
  stack
    .split("\n")
    .filter((line) => !/^\s+at .*[/\\]node_modules[/\\]/.test(line))
    .join("\n");

function showSource(error: unknown): void {
  if (error instanceof Error && error.stack !== undefined) error.stack = ownFrames(mapped(error.stack));
}

type Load = (this: unknown, request: string, ...rest: unknown[]) => unknown;

/** Has errors that end the program mapped, and no other trace. The SDK's runner adds its own listeners right after the call that is caught here. */
export function useLateSourceMaps(): void {
  if (isPlain()) return;
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (request, ...rest) {
    if (request !== REPLACED) return load.call(this, request, ...rest);
    process.on("uncaughtException", showSource).on("unhandledRejection", showSource);
    return {};
  };
}
