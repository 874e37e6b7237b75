import { hasUnknown, UNKNOWN, type Properties, type Value } from "./values";

export type ChangeKind = "add" | "update" | "delete";
/** Engine property path ("spec.ports[0].port") to what happens there. */
export type Changes = Map<string, ChangeKind>;

const isObject = (v: Value | undefined): v is Properties => typeof v === "object" && v !== null && !Array.isArray(v);
const plainKey = /^[A-Za-z_$][\w$]*$/;
const child = (path: string, key: string): string =>
  plainKey.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}["${key.replace(/["\\]/g, "\\$&")}"]`;

/** Leaf-by-leaf differences of two values; a value that is not known yet counts as changed where it was known before. */
export function changes(
  before: Value | undefined,
  after: Value | undefined,
  path = "",
  found: Changes = new Map(),
): Changes {
  if (isObject(before) && isObject(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
      changes(before[key], after[key], child(path, key), found);
  } else if (Array.isArray(before) && Array.isArray(after)) {
    // A list with a null more is another list, though a null member of an object is the same as none.
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      if (i >= before.length) found.set(`${path}[${i}]`, "add");
      else if (i >= after.length) found.set(`${path}[${i}]`, "delete");
      else changes(before[i], after[i], `${path}[${i}]`, found);
    }
  } else if ((before ?? null) !== (after ?? null)) {
    if (before === undefined || before === null) found.set(path, "add");
    else if (after === undefined || after === null) found.set(path, "delete");
    else if (after === UNKNOWN || hasUnknown(after) || JSON.stringify(before) !== JSON.stringify(after))
      found.set(path, "update");
  }
  return found;
}

/** Whether `path` is `prefix` or lies below it. */
export function under(path: string, prefix: string): boolean {
  return path === prefix || (path.startsWith(prefix) && /^[.[]/.test(path.slice(prefix.length)));
}
