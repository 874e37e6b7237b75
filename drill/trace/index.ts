export { BadTrace, traceLive } from "./run";
export { traceText } from "./text";
export type { TraceResult } from "./types";
