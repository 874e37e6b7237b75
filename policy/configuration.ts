import type { PolicyConfigSchema } from "@pulumi/policy";
import type { KnownRouter } from "../plan/rules/registered";

/** A resource that a policy lets pass, and why. */
export interface Exception {
  /** Name or URN; `*` stands for any text. */
  readonly resource: string;
  readonly reason: string;
}

/** What `--policy-pack-config` may say of a policy beside its `enforcementLevel`. */
export interface PolicyConfiguration {
  readonly exceptions?: readonly Exception[];
  /** Routers that no lab of the stack plans; only of policies that ask whose an address is. */
  readonly routers?: readonly KnownRouter[];
}

const EXCEPTIONS = {
  type: "array",
  description: "Resources that the policy lets pass.",
  default: [],
  items: {
    type: "object",
    required: ["resource", "reason"],
    additionalProperties: false,
    properties: {
      resource: { type: "string", minLength: 1, description: "Name or URN of the resource; * stands for any text." },
      reason: {
        type: "string",
        pattern: "\\S",
        description: "Why it may pass: for who reads the configuration next year.",
      },
    },
  },
} as const;

const ROUTERS = {
  type: "array",
  description: "Routers that BGPPeers may name and no lab of the stack plans.",
  default: [],
  items: {
    type: "object",
    required: ["name", "as", "addresses"],
    additionalProperties: false,
    properties: {
      name: { type: "string", minLength: 1 },
      as: { type: "integer", minimum: 1, maximum: 4294967294 },
      addresses: {
        type: "array",
        items: { type: "string" },
        description: "Every address at which the router answers.",
      },
      subnets: { type: "array", items: { type: "string" }, description: "Subnets on which it has nodes." },
    },
  },
} as const;

/** Schema of a policy's configuration; the engine adds `enforcementLevel` and refuses what doesn't match. */
export function configSchema(routers: boolean): PolicyConfigSchema {
  return { properties: { exceptions: copy(EXCEPTIONS), ...(routers ? { routers: copy(ROUTERS) } : {}) } };
}

/** The library's types want lists that can be written to. */
const copy = (schema: object): NonNullable<PolicyConfigSchema["properties"]>[string] => structuredClone(schema);

/** Whether an exception names the resource. */
export function isExcepted(
  { exceptions = [] }: PolicyConfiguration,
  resource: { readonly urn: string; readonly name: string },
): boolean {
  return exceptions.some(({ resource: glob }) => {
    const pattern = new RegExp(
      `^${glob
        .split("*")
        .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
        .join(".*")}$`,
      "s",
    );
    return pattern.test(resource.name) || pattern.test(resource.urn);
  });
}
