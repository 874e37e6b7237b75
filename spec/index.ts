export { formatProblems, InvalidLabError, sortProblems, type Problem } from "./problem";
export { readSpec } from "./read";
export type { LabInput } from "./schema";
export type { LabSpec, LeafSpec, NodeSpec, SwitchSpec } from "./types";
export { VERSIONS } from "./versions";
