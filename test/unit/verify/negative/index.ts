import { CALICO } from "./calico";
import type { NegativeCase } from "./case";
import { CLUSTER } from "./cluster";
import { FABRIC } from "./fabric";
import { TRAFFIC } from "./traffic";

export type { NegativeCase } from "./case";
export const NEGATIVE_CASES: readonly NegativeCase[] = [...FABRIC, ...CLUSTER, ...CALICO, ...TRAFFIC];
