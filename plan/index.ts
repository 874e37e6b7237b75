export { makePlan, planOf } from "./make";
export { parseSpec, refusedLab, type Parsed } from "./parse";
export { allocate, type Allocation } from "./allocate";
export { checkLab, isOff, RULES, type HostFacts, type Rule } from "./rules";
export * from "./types";
export { podPaths, type Encapsulation, type PodPath } from "./paths";
