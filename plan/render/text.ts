/** Texts by absolute path on the machine. */
export type Files = Readonly<Record<string, string>>;

/** Lines as the text of a file. */
export function fileText(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
