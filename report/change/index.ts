export { networkChange, type NetworkChange } from "./change";
export type { RouteChange } from "./routes";
export type { SessionChange } from "./sessions";
export { changeText } from "./text";
