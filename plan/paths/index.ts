export { endpointNamed, endpointsOf, isSource, UnknownEndpointError } from "./endpoints";
export { podPaths, type PodPath } from "./pod-paths";
export { blocksFor, type Blocks } from "./pods";
export { WHOLE } from "./topology";
export { tracerOf, type Tracer } from "./trace";
export * from "./types";
