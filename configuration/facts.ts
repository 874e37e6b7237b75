/** What is in force on a machine, as the sections that `scripts/look.sh` prints. */

export interface Section {
  /** Exit status of the program that was asked. */
  readonly status: number;
  readonly text: string;
}

/** Sections by name. */
export type Facts = ReadonlyMap<string, Section>;

/** @throws Error that quotes what is not a section's first line */
export function parseFacts(printed: string): Facts {
  const lines = printed.split("\n");
  const facts = new Map<string, Section>();
  for (let i = 0; i < lines.length;) {
    const head = lines[i++]!;
    if (head === "") continue;
    const [, count, name, status] = /^(\d+) (\S+) (\d+)$/.exec(head) ?? [];
    if (name === undefined)
      throw new Error(`the machine's answer has a line that begins no section: ${head.slice(0, 100)}`);
    facts.set(name, { status: Number(status), text: lines.slice(i, i + Number(count)).join("\n") });
    i += Number(count);
  }
  return facts;
}

/** Text of a section; null where the program that was asked failed, or the section was not asked for. */
export function textOf(facts: Facts, name: string): string | null {
  const section = facts.get(name);
  return section === undefined || section.status !== 0 ? null : section.text;
}

/** What a section's JSON holds; null as `textOf`, and for a text that is no JSON. */
export function jsonOf(facts: Facts, name: string): unknown {
  const text = textOf(facts, name);
  if (text === null) return null;
  try {
    return JSON.parse(text === "" ? "[]" : text);
  } catch {
    return null;
  }
}
