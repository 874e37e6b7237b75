export { endpointNamed, endpointsOf, isSource, UnknownEndpointError } from "./endpoints";
export { podPaths, type PodPath } from "./pod-paths";
export { learnedRoutes } from "./learned";
export { nominalBlocks, type Blocks } from "./pods";
export { subnetOf, tablesOf } from "./tables";
export { topologyOf, WHOLE, type Broken } from "./topology";
export { tracerOf, type Tracer } from "./trace";
export * from "./types";
