import { withPlainAsNumbers } from "./as-numbers";
import { pathText, schemaProblems, type LocatedProblem } from "./issues";
import { normalize, type OriginalIndex } from "./normalize";
import type { Problem } from "./problem";
import { labSchema } from "./schema";
import type { LabSpec } from "./types";

type Path = readonly PropertyKey[];
type Tree = Record<PropertyKey, unknown>;

/** Marks a list entry that is left out: its place is kept, so that paths of later entries stay as written. */
const LEFT_OUT = Symbol("left out");

/**
 * Reads a stack config value against the schema.
 *
 * Broken settings are reported and then left out, and the rest is read again, so that the plan's rules can find their problems in the
 * same run. `spec` is null when nothing sensible is left; it is a whole lab only if `problems` is empty.
 */
export function readSpec(value: unknown): { spec: LabSpec | null; problems: Problem[] } {
  const problems: Problem[] = [];
  let tree: unknown = withPlainAsNumbers(structuredClone(value));
  // Each round leaves out at least one setting; a lab needs two or three rounds at most, the bound is for safety.
  for (let round = 0; round < 50; round++) {
    const { value: compact, original } = withoutHoles(tree);
    const result = labSchema.safeParse(compact);
    if (result.success) return { spec: normalize(result.data, (list, i) => original(list, i)), problems };
    const rename = (path: Path): Path =>
      path.map((part, i) => (typeof part === "number" ? original(pathText(path.slice(0, i)), part) : part));
    const found = schemaProblems(labSchema, compact, result.error.issues, rename);
    problems.push(...found.map((each) => each.problem).filter((problem) => isNews(problem, problems)));
    const next = leaveOut(
      tree,
      found.map((each: LocatedProblem) => rename(each.at)),
    );
    if (next === null) return { spec: null, problems };
    tree = next;
  }
  return { spec: null, problems };
}

/** Whether a problem is more than the echo of a setting left out in an earlier round. */
function isNews(problem: Problem, earlier: readonly Problem[]): boolean {
  return !(
    problem.rule === "required" &&
    earlier.some(
      (each) =>
        each.path === problem.path ||
        each.path.startsWith(`${problem.path}.`) ||
        each.path.startsWith(`${problem.path}[`),
    )
  );
}

/** Takes the settings at the paths out of the tree; where a setting is missing, the mapping that needs it goes. Null if all is gone. */
function leaveOut(tree: unknown, paths: readonly Path[]): unknown {
  for (const path of paths) {
    let depth = path.length;
    for (; depth > 0; depth--) {
      const parent = path.slice(0, depth - 1).reduce<unknown>((at, part) => (isTree(at) ? at[part] : undefined), tree);
      const key = path[depth - 1];
      if (key === undefined || !isTree(parent) || parent[key] === undefined) continue;
      if (Array.isArray(parent)) parent[key as number] = LEFT_OUT;
      else delete parent[key];
      break;
    }
    if (depth === 0) return null;
  }
  return tree;
}

/** A copy without the left-out list entries, and where each remaining entry stood. */
function withoutHoles(tree: unknown): { value: unknown; original: OriginalIndex } {
  const places = new Map<string, number[]>();
  const copy = (at: unknown, path: Path): unknown => {
    if (Array.isArray(at)) {
      const kept = at.map((entry: unknown, i) => ({ entry, i })).filter(({ entry }) => entry !== LEFT_OUT);
      places.set(
        pathText(path),
        kept.map(({ i }) => i),
      );
      return kept.map(({ entry, i }) => copy(entry, [...path, i]));
    }
    if (!isTree(at)) return at;
    return Object.fromEntries(Object.entries(at).map(([key, inner]) => [key, copy(inner, [...path, key])]));
  };
  return { value: copy(tree, []), original: (list, i) => places.get(list)?.[i] ?? i };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}
