export { matchOutcome, type Mismatch } from "./match";
export { observedTable, type ObservedPath, type ObservedTables } from "./observed";
export { countOutcomes, outcomes, type Outcome } from "./outcomes";
export { predictLab } from "./lab";
export { predict } from "./predict";
export { ribEntries } from "./rib-entries";
export * from "./types";
