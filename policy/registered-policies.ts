import type { PolicyResource, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import {
  isRead,
  readRegistered,
  type Registered,
  type RegisteredFinding,
  type RegisteredRule,
  type RegisteredResource,
} from "../plan/rules/registered";
import { planOf } from "../plan";
import type { LabSpec } from "../lab-spec";
import { configSchema, isExcepted, type PolicyConfiguration } from "./configuration";
import { allocationOf, LAB } from "./lab-policies";
import { violationText } from "./message";
import { plainValue } from "./plain";

/** The policy of a rule about what programs register: one resource at a time where that tells, else the stack as a whole. */
export function registeredPolicy(rule: RegisteredRule): ResourceValidationPolicy | StackValidationPolicy {
  const policy = {
    name: rule.name,
    description: `${rule.title}.${rule.calico === undefined ? "" : ` Calico ${rule.calico}.`}`,
    enforcementLevel: rule.severity === "error" ? ("mandatory" as const) : ("advisory" as const),
    configSchema: configSchema(rule.scope === "stack"),
  };
  return rule.scope === "resource"
    ? {
        ...policy,
        validateResource: (args, report) =>
          judge(rule, readable([args]), args.getConfig<PolicyConfiguration>(), report),
      }
    : {
        ...policy,
        validateStack: (args, report) =>
          judge(rule, readable(args.resources), args.getConfig<PolicyConfiguration>(), report),
      };
}

type Seen = Pick<PolicyResource, "urn" | "type" | "name" | "props" | "provider">;

/** The SDK hands every policy the same properties: they are copied once. */
const copies = new WeakMap<object, RegisteredResource>();

function copyOf({ urn, type, name, props, provider }: Seen): RegisteredResource {
  const copy = copies.get(props) ?? {
    urn,
    type,
    name,
    provider: provider?.urn ?? null,
    props: withPlan(type, plainValue(props)),
  };
  copies.set(props, copy);
  return copy;
}

/** A lab with its plan. Of a stack as a whole policies see outputs only, and there a lab carries just the spec that its plan follows from. */
function withPlan(type: string, props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (type !== LAB || props["plan"] !== undefined || props["spec"] === undefined) return props;
  try {
    return { ...props, plan: planOf(allocationOf(props["spec"] as LabSpec)) };
  } catch {
    // A spec with so much missing that no plan follows from it: the policies of labs say what.
    return props;
  }
}

const readable = (resources: readonly Seen[]): RegisteredResource[] =>
  resources.filter(({ type }) => isRead(type)).map(copyOf);

let last: {
  readonly resources: readonly RegisteredResource[];
  readonly routers: string;
  readonly registered: Registered;
} | null = null;

/** What the resources say; policies that see the same ones share it. */
function registeredOf(resources: readonly RegisteredResource[], config: PolicyConfiguration): Registered {
  const routers = JSON.stringify(config.routers ?? []);
  if (
    last?.routers !== routers ||
    last.resources.length !== resources.length ||
    !last.resources.every((each, i) => each === resources[i])
  ) {
    last = { resources, routers, registered: readRegistered(resources, config.routers) };
  }
  return last.registered;
}

function judge(
  rule: RegisteredRule,
  resources: readonly RegisteredResource[],
  config: PolicyConfiguration,
  report: ReportViolation,
): void {
  if (resources.length === 0) return;
  const order = ({ urn, path, message }: RegisteredFinding): string => `${urn} ${path} ${message}`;
  const findings = [...rule.check(registeredOf(resources, config))].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  for (const { urn, resource, path, message, remedy } of findings) {
    if (!isExcepted(config, { urn, name: resource }))
      report(violationText({ what: message, urn, path, values: {}, why: rule.why, remedy, source: rule.source }), urn);
  }
}
