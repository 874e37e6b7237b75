/**
 * First lines of every program that is bundled: runs the bundle beside it (`<itself>.js`) from V8's compiled form (`<itself>.cache`), which
 * the first run leaves behind when it ends. Most of a plugin's start is compiling.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { Script } from "node:vm";

const file = `${__filename}.js`;
const cache = `${__filename}.cache`;

function read(): Buffer | undefined {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}

const cachedData = read();
const script = new Script(Module.wrap(readFileSync(file, "utf8")), {
  filename: file,
  ...(cachedData === undefined ? {} : { cachedData }),
});
if (cachedData === undefined || script.cachedDataRejected === true) {
  process.once("exit", () => {
    try {
      writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
      renameSync(`${cache}.${process.pid}`, cache);
    } catch {
      /* a cache that can't be written is done without */
    }
  });
}
const loaded = { exports: {} };
(script.runInThisContext() as (...args: unknown[]) => void)(
  loaded.exports,
  Module.createRequire(file),
  loaded,
  file,
  path.dirname(file),
);
module.exports = loaded.exports;
