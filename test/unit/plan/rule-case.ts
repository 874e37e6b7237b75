import { smallLab } from "./labs";

type Lab = ReturnType<typeof smallLab>;

/** A change to the small lab, and the text of the one problem that it makes. */
export type RuleCase = readonly [title: string, edit: (lab: Lab) => unknown, text: string];

/** Sets some of one node. */
export const node =
  (i: number, change: object) =>
  (lab: Lab): unknown => ({ ...lab, nodes: lab.nodes.map((each, at) => (at === i ? { ...each, ...change } : each)) });
/** Sets some of the fabric. */
export const fabric =
  (change: object) =>
  (lab: Lab): unknown => ({ ...lab, fabric: { ...lab.fabric, ...change } });
/** Sets some of the lab. */
export const more =
  (change: object) =>
  (lab: Lab): unknown => ({ ...lab, ...change });
