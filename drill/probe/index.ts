export { keepProbing, wait } from "./keep-probing";
export { echo, serverSource } from "./flows";
export { during, liveFlows, startProbes, type LiveFlow, type Probing } from "./run";
export { longestOf, lossSpan } from "./measure";
export { probeText } from "./text";
export type { ProbeFlow, FlowResult, ProbeResult, Sample } from "./types";
