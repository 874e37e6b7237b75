import { readFileSync } from "node:fs";
import * as path from "node:path";
import { findRoot } from "./root";
import { shellWord } from "./shell-word";

/**
 * A shell program of the checkout as one text, for a shell on a machine to run.
 *
 * Values never become part of the program's own text. They reach it as arguments, each quoted as one word, or through standard input.
 *
 * Lines that are comments stay behind: a machine has no use for them, and a comment that changes would run every step anew. A program must therefore have no
 * here-document and no text of several lines, in which such a line would be more than a comment.
 *
 * @param file the program, relative to the checkout: "components/scripts/kubeadm-join.sh"
 * @param args its arguments, as `$1` and so on
 * @param shared files of shell functions that the program calls, relative to the checkout
 */
export function shellProgram(file: string, args: readonly string[] = [], shared: readonly string[] = []): string {
  // The first line is what a message about a command that failed shows of it.
  const name = `# ${path.basename(file)}\n`;
  const given = args.length === 0 ? "" : `set -- ${args.map(shellWord).join(" ")}\n`;
  return `${name}${given}${[...shared, file].map(codeOf).join("")}`;
}

const read = new Map<string, string>();

/** The lines of a file that are no comments. */
function codeOf(file: string): string {
  const code = read.get(file) ?? readFileSync(path.join(findRoot(), file), "utf8").replace(/^[ \t]*(?:#.*)?\n/gm, "");
  read.set(file, code);
  return code;
}
