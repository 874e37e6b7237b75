import type { Policies } from "@pulumi/policy";
import { OUTCOME_RULES, RULES } from "../plan";
import { REGISTERED_RULES } from "../plan/rules/registered";
import { labPolicy } from "./lab-policies";
import { registeredPolicy } from "./registered-policies";

/** Every policy of the pack: one a rule. */
export const policies = (): Policies => [
  ...[...RULES, ...OUTCOME_RULES].map(labPolicy),
  ...REGISTERED_RULES.map(registeredPolicy),
];
