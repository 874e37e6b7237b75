import { CALICO } from "./calico";
import type { NegativeCase } from "./case";
import { CLUSTER } from "./cluster";
import { CONFIGURATION } from "./configuration";
import { FABRIC } from "./fabric";
import { TRAFFIC } from "./traffic";

export type { NegativeCase } from "./case";
export const NEGATIVE_CASES: readonly NegativeCase[] = [...FABRIC, ...CONFIGURATION, ...CLUSTER, ...CALICO, ...TRAFFIC];
