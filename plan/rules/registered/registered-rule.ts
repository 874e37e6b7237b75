import type { Severity } from "../../../lab-spec";
import type { Registered } from "./registered";

/** A breach by a registered resource. */
export interface RegisteredFinding {
  readonly urn: string;
  readonly resource: string;
  /** Property path inside the resource: "spec.asNumber". */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** One thing that must hold of what a program registers, whoever wrote the program. */
export interface RegisteredRule {
  /** Kebab-case, no name of a rule of labs. */
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  /** Whether one resource tells (then it is refused before it is made), or all are needed. */
  readonly scope: "resource" | "stack";
  readonly source: string;
  /** The versions of Calico whose behaviour it speaks of; none of a rule that is not about Calico. */
  readonly calico?: string;
  readonly why: string;
  readonly check: (registered: Registered) => readonly RegisteredFinding[];
}

/** The finding at a property of a resource. */
export function found(
  by: { readonly urn: string; readonly resource: string },
  path: string,
  message: string,
  remedy: string,
): RegisteredFinding {
  return { urn: by.urn, resource: by.resource, path, message, remedy };
}
