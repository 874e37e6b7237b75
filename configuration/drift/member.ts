import { jsonOf, type Facts } from "../facts";
import type { Wanted, WantedMember } from "../wanted";
import { drift, KUBECTL, type Drift } from "./drift";

interface NodeObject {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Annotations and labels of the machine's own Node object. Where the API server gives no answer, nothing is known. */
export function memberDrift(facts: Facts, wanted: WantedMember): Drift[] {
  const seen = jsonOf(facts, `node:${wanted.node}`) as NodeObject | null;
  const metadata = seen?.metadata;
  if (metadata === undefined) return [];
  const differences = (
    kind: string,
    meant: Readonly<Record<string, string | null>>,
    there: Readonly<Record<string, string>> = {},
  ): Drift[] =>
    Object.entries(meant)
      .filter(([key, value]) => (there[key] ?? null) !== value)
      .map(([key, value]) => ({
        says: `~ node ${wanted.node}: ${kind} ${key}: ${there[key] ?? "none"} => ${value ?? "none"}`,
        repair: { kind: "member" },
      }));
  return [
    ...differences("annotation", wanted.annotations, metadata.annotations),
    ...differences("label", wanted.labels, metadata.labels),
  ];
}

interface DeploymentList {
  readonly items?: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly spec: { readonly replicas?: number };
  }[];
}

/** Deployments whose number of replicas was changed by hand. */
export function deploymentDrift(facts: Facts, wanted: Wanted): Drift[] {
  const seen = jsonOf(facts, "deployments") as DeploymentList | null;
  if (seen?.items === undefined) return [];
  return wanted.deployments.flatMap(({ namespace, name, replicas }) => {
    const there = seen.items?.find((each) => each.metadata.namespace === namespace && each.metadata.name === name);
    if (there === undefined) return [];
    const has = there.spec.replicas ?? 1;
    const kubectl = [...KUBECTL, "-n", namespace];
    return has === replicas
      ? []
      : [
          drift(
            `~ deployment ${namespace}/${name}: ${has} replicas => ${replicas}`,
            ...[...kubectl, "scale", "deployment", name, `--replicas=${replicas}`],
          ),
        ];
  });
}
