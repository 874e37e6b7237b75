import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { allocate, parseSpec, planOf, type LabPlan } from "../plan";
import { readSpec, type Problem } from "../lab-spec";
import { Failure } from "../common/errors";
import { placedProblems } from "../report/findings";
import type { PlacedProblem } from "../report/sarif";
import { fileUri } from "./check-files";
import { sourceFile, stackNames, workingFile } from "./stack-file";

/** A lab as its stack file has it: a plan even of one that the rules refuse, and what they say. */
export interface StackLab {
  readonly plan: LabPlan | null;
  readonly problems: readonly Problem[];
}

/** A lab as its stack file has it, with the place in the file of what the rules say. */
export interface FileLab extends StackLab {
  /** The file, relative to the checkout where it lies there. */
  readonly uri: string;
  readonly problems: readonly PlacedProblem[];
}

/** The lab of a stack's file, or of another file. @throws Failure where there is none */
export function fileLab(root: string, stack: string, given?: string): FileLab {
  const file = labFile(root, stack, given);
  const { plan, problems } = stackLab(valueIn(file));
  const placed = problems.length === 0 ? [] : placedProblems(readFileSync(file, "utf8"), problems);
  return { uri: fileUri(root, file), plan, problems: placed };
}

/** The value `fabriclab:lab` of a stack's file, or of another file. @throws Failure where there is none */
export const labValue = (root: string, stack: string, given?: string): unknown => valueIn(labFile(root, stack, given));

function labFile(root: string, stack: string, given: string | undefined): string {
  const file =
    given === undefined
      ? [sourceFile(root, stack), workingFile(root, stack)].find((each) => existsSync(each))
      : path.resolve(given);
  if (file === undefined || !existsSync(file)) {
    throw new Failure(
      given === undefined ? `there is no stack config file Pulumi.${stack}.yaml` : `there is no file ${given}`,
      `stacks here: ${stackNames(root).join(", ") || "none"}`,
    );
  }
  return file;
}

function valueIn(file: string): unknown {
  const name = path.basename(file);
  let read: unknown;
  try {
    read = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Failure(`${name} is no YAML: ${(error as Error).message}`);
  }
  const value = (read as { config?: Record<string, unknown> } | null)?.config?.["fabriclab:lab"];
  if (value === undefined) throw new Failure(`${name} has no config value fabriclab:lab`, "write one: docs/spec.md");
  return value;
}

/** Plans what can be planned. A setting that the schema refuses leaves nothing to predict: the rest would be another lab. */
export function stackLab(value: unknown): StackLab {
  const parsed = parseSpec(value);
  const problems = [...("problems" in parsed ? parsed.problems : []), ...parsed.warnings];
  const read = readSpec(value);
  if (read.spec === null || read.problems.length > 0) return { plan: null, problems };
  try {
    return { plan: planOf(allocate(read.spec)), problems };
  } catch (error) {
    if (problems.length === 0) throw error;
    return { plan: null, problems };
  }
}
