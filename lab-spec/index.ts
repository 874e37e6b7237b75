export { encapsulationName } from "./calico-forms";
export {
  formatProblem,
  formatProblems,
  InvalidLabError,
  isError,
  sortProblems,
  type Problem,
  type Severity,
} from "./problem";
export { readSpec } from "./read";
export type { LabInput } from "./schema";
export type {
  AggregateSpec,
  BgpSettings,
  CalicoBgpSpec,
  CalicoEncapsulation,
  CalicoMode,
  CalicoRouting,
  KernelChoice,
  ExtraNeighborSpec,
  HostSpec,
  LabSpec,
  LeafSpec,
  NetscalerSpec,
  NodeSpec,
  RpFilter,
  SwitchSpec,
} from "./types";
export { SCHEMA_RULES, type SchemaRule } from "./schema-rules";
export { VERSIONS } from "./versions";
