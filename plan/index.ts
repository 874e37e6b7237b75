export { makePlan, planOf } from "./make";
export { ENFORCERS, parseSpec, refusals, refusedLab, type Enforcer, type Parsed } from "./parse";
export { allocate, type Allocation } from "./allocate";
export { judgeSpec, OUTCOME_RULES, type OutcomeOptions } from "./outcomes";
export { checkLab, isOff, RULES, type HostFacts, type Rule } from "./rules";
export * from "./types";
export { podPaths, type PodPath } from "./paths";
export { outerText, type HeaderFields, type OuterHeader } from "./encapsulation";
