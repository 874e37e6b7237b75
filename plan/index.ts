export { makePlan, planOf } from "./make";
export { ENFORCERS, parseSpec, refusals, refusedLab, type Enforcer, type Parsed } from "./parse";
export { allocate, type Allocation } from "./allocate";
export { checkLab, isOff, RULES, type HostFacts, type Rule } from "./rules";
export * from "./types";
export { podPaths, type Encapsulation, type PodPath } from "./paths";
