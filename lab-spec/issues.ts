import { z } from "zod";
import type { Problem } from "./problem";
import { isLostAsdot } from "./as-numbers";
import { didYouMean } from "./suggest";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One issue of the schema with the place it is about: in the value as parsed, for pruning. */
export interface LocatedProblem {
  readonly at: Path;
  readonly problem: Problem;
}

/** "fabric.leaves[1].as" of ["fabric", "leaves", 1, "as"]. */
export function pathText(path: Path): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`))
    .join("");
}

/** Issues of the schema as problems. `value` is what was parsed; `rename` maps paths in it to paths as written. */
export function schemaProblems(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
  rename: (path: Path) => Path,
): LocatedProblem[] {
  return issues
    .flatMap((issue) => settleUnions(issue, value))
    .flatMap((issue) => {
      if (issue.code !== "unrecognized_keys")
        return [
          {
            at: issue.path,
            problem: asError(problemOf(issue, valueAt(value, issue.path), pathText(rename(issue.path)))),
          },
        ];
      return issue.keys.map((key) => {
        const at = [...issue.path, key];
        return { at, problem: asError(unknownKey(key, knownKeys(schema, value, issue.path), pathText(rename(at)))) };
      });
    });
}

/**
 * The issues of the branch of a union that the value was meant for: the one whose type it has. zod reports all branches; a reader wants one.
 */
function settleUnions(issue: Issue, value: unknown): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const branches = issue.errors.map((branch) =>
    branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const meant = branches.find(
    (branch) => !branch.some((inner) => inner.code === "invalid_type" && inner.path.length === issue.path.length),
  );
  if (meant !== undefined) return meant.flatMap((inner) => settleUnions(inner, value));
  const expected = branches.flat().flatMap((inner) => (inner.code === "invalid_type" ? [inner.expected] : []));
  return [
    {
      code: "custom",
      path: issue.path,
      message: "",
      input: undefined,
      params: { expected: expected.map(String) },
    },
  ];
}

const NOUNS: Record<string, string> = {
  array: "a list",
  object: "a mapping",
  string: "a text",
  number: "a number",
  int: "a whole number",
};
const noun = (type: string): string => NOUNS[type] ?? type;

/** What the schema refuses is refused. */
type Refusal = Omit<Problem, "severity">;
const asError = (refusal: Refusal): Problem => ({ ...refusal, severity: "error" });

function problemOf(issue: Issue, seen: unknown, path: string): Refusal {
  const values = seen === undefined || path === "" ? {} : { [path]: shown(seen) };
  if (issue.code === "custom") {
    const params = (issue as { params?: { rule?: string; remedy?: string; expected?: string[] } }).params ?? {};
    if (params.expected !== undefined) return wrongType(params.expected, seen, path, values);
    return { path, message: issue.message, values, remedy: params.remedy ?? "", rule: params.rule ?? "schema" };
  }
  if (issue.code === "invalid_type") return wrongType([String(issue.expected)], seen, path, values);
  if (issue.code === "invalid_value") {
    const choice = issue.values.map(String);
    return {
      path,
      message: `${shown(seen)} is not one of ${choice.join(", ")}`,
      values,
      remedy: didYouMean(typeof seen === "string" ? seen : shown(seen), choice),
      rule: "choice",
    };
  }
  if (issue.code === "too_small")
    return {
      path,
      message: `${String(seen)} is below the least value ${issue.minimum}`,
      values,
      remedy: `Write ${issue.minimum} or more.`,
      rule: "range",
    };
  if (issue.code === "too_big")
    return {
      path,
      message: `${String(seen)} is above the greatest value ${issue.maximum}`,
      values,
      remedy: `Write ${issue.maximum} or less.`,
      rule: "range",
    };
  return { path, message: issue.message, values, remedy: "See spec/schema.json.", rule: "schema" };
}

function wrongType(expected: readonly string[], seen: unknown, path: string, values: Problem["values"]): Refusal {
  const wanted = [...new Set(expected.map(noun))].join(" or ");
  if (seen === undefined || seen === null)
    return { path, message: "is required and missing", values: {}, remedy: `Add it: ${wanted}.`, rule: "required" };
  const remedy = isLostAsdot(seen, path)
    ? 'Write asdot in quotes, such as "65166.10010" (YAML drops the last zeros of a fraction), or one number (RFC 5396).'
    : `Write ${wanted}.`;
  return { path, message: `${shown(seen)} is not ${wanted}`, values, remedy, rule: "type" };
}

function unknownKey(key: string, known: readonly string[], path: string): Refusal {
  return {
    path,
    message: `there is no setting "${key}" here`,
    values: {},
    remedy: didYouMean(key, known),
    rule: "unknown-setting",
  };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  );
}

/** Keys the schema knows at a path: walks the schema beside the value, so that unions can be told apart. */
function knownKeys(schema: z.ZodType, value: unknown, path: Path): string[] {
  let at = [schema];
  path.forEach((part, depth) => {
    const inner = valueAt(value, path.slice(0, depth + 1));
    at = at.flatMap(unwrap).flatMap((one) => {
      if (one instanceof z.ZodObject)
        return Object.hasOwn(one.shape, part) ? [one.shape[part as string] as z.ZodType] : [];
      if (one instanceof z.ZodRecord) return [one.valueType as z.ZodType];
      return one instanceof z.ZodArray && inner !== undefined ? [one.element as z.ZodType] : [];
    });
  });
  return [...new Set(at.flatMap(unwrap).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))];
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(unwrap);
  return [schema];
}

/** A value as a reader would write it; what JSON has no form for (a program's value, not a file's) as the language prints it. */
function shown(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "bigint" ? String(inner) : inner,
  );
  return text ?? String(value);
}
