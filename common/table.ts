import Table from "cli-table3";

export interface TableOptions {
  /** Titles of the columns; without them the table begins with its first row. */
  readonly head?: readonly string[];
  /** ANSI colours: titles in bold, borders in grey. */
  readonly colour?: boolean;
  /** Characters of each column, its padding counted; longer texts are wrapped. Without it columns are as wide as they must be. */
  readonly widths?: readonly number[];
}

/** Tables here are long, so no line is drawn between two rows. */
const NO_RULES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** Rows as a table with borders, without a newline at its end. */
export function tableText(
  rows: readonly (readonly string[])[],
  { head = [], colour = false, widths }: TableOptions = {},
): string {
  const table = new Table({
    ...(head.length > 0 ? { head: [...head] } : {}),
    chars: NO_RULES,
    style: { head: colour ? ["bold"] : [], border: colour ? ["grey"] : [] },
    ...(widths === undefined ? {} : { colWidths: [...widths], wordWrap: true, wrapOnWordBoundary: false }),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
