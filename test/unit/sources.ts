import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";

export const ROOT = path.join(__dirname, "..", "..");

/** Folders below the checkout that hold no sources of the program. */
const NOT_OURS: ReadonlySet<string> = new Set(["node_modules", "dist", "docs", "test"]);

/** Every TypeScript file of the program, tests left out: paths relative to the checkout, with forward slashes, sorted. */
export function sourceFiles(): string[] {
  const below = (folder: string): string[] =>
    readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) || entry.name.startsWith(".") ? [] : below(file);
      return file.endsWith(".ts") && !file.endsWith(".d.ts") ? [file] : [];
    });
  return below("").sort();
}

export const textOf = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/**
 * The files of the program that a file imports, in whatever way: `import` and `export ... from`, `import()` as a value or as a type, `require`, and
 * `lazy`, whose type argument is an `import()` type.
 */
export function importsOf(file: string, all: ReadonlySet<string>, text = textOf(file)): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .flatMap((name) => {
      const target = path.posix.join(path.posix.dirname(file), name);
      const found = [`${target}.ts`, `${target}/index.ts`, target === "." ? "index.ts" : ""].find((each) =>
        all.has(each),
      );
      return found === undefined ? [] : [found];
    });
}

/** The members of each circle in a graph of who imports whom (Tarjan's strongly connected components with two members or more). */
export function circlesIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const lowOf = (name: string): number => low.get(name) ?? Infinity;
  const visit = (name: string): void => {
    number.set(name, number.size);
    low.set(name, number.size - 1);
    open.push(name);
    for (const next of graph.get(name) ?? []) {
      if (!number.has(next)) visit(next);
      if (open.includes(next)) low.set(name, Math.min(lowOf(name), lowOf(next)));
    }
    if (lowOf(name) !== number.get(name)) return;
    const members = open.splice(open.indexOf(name));
    if (members.length > 1) circles.push(members.sort());
  };
  for (const name of graph.keys()) if (!number.has(name)) visit(name);
  return circles;
}
