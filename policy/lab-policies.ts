import { validateResourceOfType, type ResourceValidationPolicy } from "@pulumi/policy";
import { afterPrediction, allocate, checkLab, isOff, type Allocation, type Rule } from "../plan";
import type { LabSpec, Problem } from "../lab-spec";
import { configSchema, isExcepted, type PolicyConfiguration } from "./configuration";
import { violationText } from "./message";

/** Type of the component that carries a lab's spec. */
export const LAB = "fabriclab:index:Lab";

/** What the SDK asks of a class to tell a type by, so that no other resource reaches these policies. */
class LabResource {
  static readonly __pulumiType = LAB;
}

/** The policy of a rule of labs: it reads the spec that the Lab component carries, before the component has any child. */
export function labPolicy(rule: Rule): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: `${rule.title}.`,
    enforcementLevel: rule.severity === "error" ? "mandatory" : "advisory",
    configSchema: configSchema(false),
    validateResource: validateResourceOfType(LabResource as never, (_, args, report) => {
      const spec = args.props["spec"] as LabSpec | undefined;
      if (spec === undefined) return args.notApplicable("the lab carries no spec");
      const lab = allocationOf(spec);
      if (isOff(rule, lab) || isExcepted(args.getConfig<PolicyConfiguration>(), args)) return;
      for (const { message, path, values, remedy } of standing(rule, lab)) {
        const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [inSpec(name), value]));
        report(
          violationText({
            what: message,
            urn: args.urn,
            path: inSpec(path),
            values: shown,
            why: rule.why,
            remedy,
            source: rule.source,
          }),
          args.urn,
        );
      }
    }),
  };
}

/** What a rule finds; nothing where it yields to the prediction, since a policy can't be mandatory for one lab and advisory for another. */
function standing(rule: Rule, lab: Allocation): Problem[] {
  const found = rule.check(lab);
  return rule.yields &&
    found.length > 0 &&
    !afterPrediction(lab, checkLab(lab)).some(
      ({ rule: name, severity }) => name === rule.name && severity === rule.severity,
    )
    ? []
    : found;
}

/** Rules speak of the stack config value; the component carries it as its property `spec`. */
const inSpec = (path: string): string => (path === "" ? "spec" : `spec.${path}`);

const allocations = new Map<string, Allocation>();

/** The allocation of a spec. Every policy reads the same one. */
export function allocationOf(spec: LabSpec): Allocation {
  const key = JSON.stringify(spec);
  const made = allocations.get(key) ?? allocate(JSON.parse(key) as LabSpec);
  allocations.set(key, made);
  return made;
}
