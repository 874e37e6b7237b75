export { during, liveFlows, startProbes, type LiveFlow, type Probing } from "./run";
export { longestOf, lossSpan } from "./measure";
export { probeText } from "./text";
export type { Flow, FlowResult, ProbeResult, Sample } from "./types";
