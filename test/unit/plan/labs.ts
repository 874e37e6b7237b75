import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { clusterLab, type ClusterLabPlan } from "../../../plan/cluster";
import { makePlan, parseSpec, refusedLab, type LabPlan } from "../../../plan";
import { InvalidLabError, type LabInput, type Problem } from "../../../lab-spec";

export const ROOT = join(__dirname, "..", "..", "..");
export const FIXTURES = join(ROOT, "test", "fixtures", "vxlan");

/** The value of `fabriclab:lab` in a stack file of the repository. */
export function stackValue(stack: string): LabInput {
  const file = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: { "fabriclab:lab": LabInput };
  };
  return file.config["fabriclab:lab"];
}

/** Plan of a value that must be sound. */
export function planOf(value: unknown): ClusterLabPlan {
  return clusterLab(anyPlanOf(value));
}

/** As `planOf`, of a lab that may be a fabric alone. */
export function anyPlanOf(value: unknown): LabPlan {
  const parsed = parseSpec(value);
  if ("problems" in parsed) throw new InvalidLabError(parsed.problems);
  return makePlan(parsed.spec);
}

/** Plan of a value that rules refuse: it can still be predicted and drawn. */
export function refusedPlan(value: unknown): ClusterLabPlan {
  const refused = refusedLab(value);
  if (refused === null) throw new Error("nothing can be planned of it");
  return clusterLab(refused.plan);
}

/** Problems of a value, none if it is sound. */
export function problemsOf(value: unknown): Problem[] {
  const parsed = parseSpec(value);
  return "problems" in parsed ? parsed.problems : [];
}

/** A small sound lab, for tests to break. */
export function smallLab(): LabInput & {
  nodes: NonNullable<LabInput["nodes"]>;
  fabric: { spines: number | unknown[]; leaves: number | unknown[] };
} {
  return {
    name: "small",
    fabric: { spines: 2, leaves: 2 },
    nodes: [
      { name: "master1", role: "control-plane", leaf: "leaf1" },
      { name: "node1", leaf: "leaf1" },
      { name: "node2", leaf: "leaf2" },
    ],
  };
}

/** A fabric of any size, one node a leaf, the first of them the control plane. */
export function bigLab(spines: number, leaves: number): LabInput {
  return {
    name: "big",
    fabric: { spines, leaves, links: { pool: "172.18.0.0/16", spineCapacity: Math.max(8, spines) } },
    nodes: Array.from({ length: leaves }, (_, i) => ({
      name: `n${i + 1}-1`,
      leaf: `leaf${i + 1}`,
      role: i === 0 ? ("control-plane" as const) : ("worker" as const),
    })),
  };
}

/**
 * A drained leaf in its spines' AS, with as-override: what it sends them inside is their last choice, and what they send on outside is not. BGP doesn't come
 * to rest for its prefixes.
 */
export const RESTLESS = {
  name: "restless",
  fabric: {
    bgp: { asOverride: true },
    spines: [65002, 65001, 65001].map((as, i) => ({ name: `spine${i + 1}`, as })),
    leaves: [65102, 65102, 65001, 65103, 65103, 65101].map((as, i) => ({ name: `leaf${i + 1}`, as, drain: i === 2 })),
  },
  nodes: [{ name: "n3-1", leaf: "leaf3", role: "control-plane" }],
  calico: { mode: "vxlan" },
};

/** Both leaves in one AS: each drops the routes of the other. A rule that a spec may switch off. */
export const twins = {
  ...smallLab(),
  fabric: {
    spines: 2,
    leaves: [
      { name: "leaf1", as: 65101 },
      { name: "leaf2", as: 65101 },
    ],
  },
};

/** Two machines of one name: a rule that no spec may switch off. */
export const doubles = { ...smallLab(), nodes: [...smallLab().nodes, { name: "node1", leaf: "leaf2" }] };
