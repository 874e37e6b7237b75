export { actionOf, BadDrill, KINDS, type Action, type Kind } from "./actions";
export { drill, Interrupted, type DrillOptions } from "./run";
export { drillText } from "./text";
export type { RunningLab } from "./lab";
export type { DrillResult } from "./types";
