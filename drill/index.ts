export { actionOf, BadDrill, KINDS, type Action, type Kind } from "./actions";
export { LeftBroken } from "./apply";
export { drill, type DrillOptions } from "./run";
export { Interrupted } from "./settle";
export { drillText, leftLines } from "./text";
export type { RunningLab } from "./lab";
export type { DrillResult } from "./types";
