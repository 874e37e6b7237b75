/** Tiers of a fabric of spines and leaves: see `SwitchPlan.tier`. */
export const LEAF_TIER = 0;
export const SPINE_TIER = 1;
