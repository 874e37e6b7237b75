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

/** Something that could not be compared, for a reason that another check tells as its own finding: a machine that does not answer, pods that are not there. */
export class Untested extends Error {}

/** A row of the check that tells what others only suffer from: it failed, and was not merely left untested. */
export function asFinding({ subject, expected, seen, ok }: Row): Row {
  return { subject, expected, seen, ok };
}

export function failure(subject: string, error: unknown): Row {
  const row = { subject, expected: "an answer", seen: messageOf(error), ok: false };
  return error instanceof Untested ? { ...row, untested: error.message } : row;
}
