export { makePlan, planOf } from "./make";
export { parseSpec } from "./parse";
export { allocate } from "./allocate";
export { checkLab, RULES, type Rule } from "./rules";
export * from "./types";
export { podPaths, type Encapsulation, type PodPath } from "./paths";
