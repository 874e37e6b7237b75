/**
 * First lines of every program that is bundled (build/bundle.ts): runs the bundle beside it, `<itself>.js`, from V8's compiled form, `<itself>.cache`,
 * which the first run leaves behind when it ends. Most of a plugin's start is compiling.
 *
 * A plain run loads what `npm run build` compiled of the program, file by file, where the checkout is beside it; else the bundle as any module.
 *
 * What it saves was not measured anew with the official kubernetes plugin.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { Script } from "node:vm";
import { isPlain } from "./plain";

/** The program's first file below `dist`, set when this is bundled. */
declare const ENTRY: string;

const file = `${__filename}.js`;
const cache = `${__filename}.cache`;

function plain(): unknown {
  const unbundled = path.join(__dirname, "..", ENTRY);
  return Module.createRequire(file)(existsSync(unbundled) ? unbundled : file);
}

function read(): Buffer | undefined {
  try {
    return readFileSync(cache);
  } catch {
    // There is none yet.
    return undefined;
  }
}

function keep(script: Script): void {
  try {
    writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
    renameSync(`${cache}.${process.pid}`, cache);
  } catch {
    // A cache that can't be written is done without.
  }
}

function compiled(): unknown {
  const cachedData = read();
  const script = new Script(Module.wrap(readFileSync(file, "utf8")), {
    filename: file,
    // Stack traces give places of the file, not of the function around it.
    columnOffset: -Module.wrap("X").indexOf("X"),
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected === true) process.once("exit", () => keep(script));
  const loaded: { exports: unknown } = { exports: {} };
  (script.runInThisContext() as (...args: unknown[]) => void)(
    loaded.exports,
    Module.createRequire(file),
    loaded,
    file,
    path.dirname(file),
  );
  return loaded.exports;
}

module.exports = isPlain() ? plain() : compiled();
