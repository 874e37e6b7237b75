import type { Row } from "./types";

/** A row whose two texts must be the same. */
export function equal(subject: string, expected: string, seen: string): Row {
  return { subject, expected, seen, ok: expected === seen };
}

/** "a, b", or "none". */
export function list(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The rows of many subjects, which are asked at the same time. A subject that gives no answer becomes a failed row; the rows of the others are not lost. */
export async function eachOf<T>(
  subjects: readonly T[],
  name: (subject: T) => string,
  rows: (subject: T) => Promise<Row[]>,
): Promise<Row[]> {
  const found = await Promise.all(
    subjects.map((subject) => rows(subject).catch((error: unknown): Row[] => [failure(name(subject), error)])),
  );
  return found.flat();
}

export function failure(subject: string, error: unknown): Row {
  return { subject, expected: "an answer", seen: messageOf(error), ok: false };
}
