import { isFabricAlone } from "../cluster";
import type { Problem, Severity } from "../../lab-spec";
import type { Allocation } from "../allocate";
import type { HostFacts } from "./common/host-facts";

/** What a rule finds: a problem without the rule's own name and severity. */
export type Finding = Omit<Problem, "rule" | "severity">;

/** One thing that must hold (or, as a warning, had better hold) in every lab. */
export interface Rule {
  /** Kebab-case; what `Problem.rule` and the off-switch `rules` of the spec say. */
  readonly name: string;
  /** What holds, in one line. */
  readonly title: string;
  readonly severity: Severity;
  /** RFC or document it comes from. */
  readonly source: string;
  /** What goes wrong otherwise. */
  readonly why: string;
  /** Why no spec may switch it off; null if it may. */
  readonly fixed: string | null;
  /** What it finds is a warning where nothing else refuses the lab and the prediction finds that every pair of endpoints arrives all the same. */
  readonly yields: boolean;
  /** Every breach, whether or not the spec switches the rule off. Pure; never throws, whatever is missing in the allocation. */
  readonly check: (lab: Allocation, host?: HostFacts) => Problem[];
}

type Definition = Omit<Rule, "check" | "fixed" | "yields"> & {
  readonly fixed?: string;
  readonly yields?: boolean;
  /** It speaks of the cluster: a lab without nodes can't break it. */
  readonly ofCluster?: true;
  readonly find: (lab: Allocation, host?: HostFacts) => readonly Finding[];
};

/** A rule of what it finds. */
export function defineRule({ find, fixed, yields, ofCluster, ...meta }: Definition): Rule {
  const { name, severity } = meta;
  return {
    ...meta,
    fixed: fixed ?? null,
    yields: yields ?? false,
    check: (lab, host) =>
      ofCluster === true && isFabricAlone(lab.spec)
        ? []
        : find(lab, host).map((finding) => ({ ...finding, rule: name, severity })),
  };
}

/** Groups of two or more items with the same key, in the order of their first member. */
export function clashes<T, K>(items: readonly T[], key: (item: T) => K | null): T[][] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const at = key(item);
    if (at === null) continue;
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [item]);
    else group.push(item);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** "a", "a and b", "a, b and c". */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1] ?? ""}`;
}
