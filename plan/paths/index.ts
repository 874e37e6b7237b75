export { endpointNamed, endpointsOf, isSource, UnknownEndpointError } from "./endpoints";
export { podPaths, type PodPath } from "./pod-paths";
export { nominalBlocks, type Blocks } from "./pods";
export { tablesOf } from "./tables";
export { tracerOf, type Tracer } from "./trace";
export * from "./types";
