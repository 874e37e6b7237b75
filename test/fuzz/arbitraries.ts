import * as fc from "fast-check";
import { z } from "zod";
import { labSchema } from "../../lab-spec/schema";

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly additionalProperties?: JsonSchema | boolean;
}

const NAMES = [
  "leaf1",
  "leaf2",
  "leaf3",
  "spine1",
  "spine2",
  "node1",
  "node2",
  "k8s-node-l1-1",
  "a",
  "x9",
  "Node_1",
  "",
  "leaf-0",
  "__proto__",
  "constructor",
];
const ADDRESSES = [
  "10.0.101.1",
  "10.0.101.101",
  "10.0.102.101",
  "172.16.0.0",
  "172.16.0.1",
  "172.16.255.1",
  "172.16.255.101",
  "10.64.0.1",
  "0.0.0.0",
  "255.255.255.255",
  "224.0.0.5",
  "10.0.0.256",
  "1",
  "",
];
const PREFIXES = [
  "10.0.101.0/24",
  "10.0.0.0/16",
  "10.64.0.0/12",
  "172.16.0.0/24",
  "172.16.255.0/24",
  "192.168.201.0/24",
  "172.17.0.0/16",
  "0.0.0.0/0",
  "10.0.101.0/31",
  "255.255.255.255/32",
  "10.0.0.1/8",
  "/",
  "10.0.0.0/33",
];
const NUMBERS = [
  0,
  1,
  2,
  3,
  9,
  51,
  64512,
  65001,
  65101,
  65535,
  65536,
  4200000000,
  4294967295,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
];

/** Anything YAML can hold, and a bit more. */
const GARBAGE = fc.anything({ maxDepth: 2, withBigInt: false, withDate: true });

/** Values of the schema, now and then of another type: most are refused, none may crash anything. */
export const BY_SCHEMA: fc.Arbitrary<unknown> = bySchema(z.toJSONSchema(labSchema, { io: "input" }) as JsonSchema);

/** Anything at all. */
export const ANYTHING: fc.Arbitrary<unknown> = fc.anything({
  maxDepth: 4,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
});

function bySchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: typed(schema) }, { weight: 1, arbitrary: GARBAGE });
}

function typed(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(bySchema));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.properties !== undefined) return object(schema);
  if (schema.type === "object")
    return fc.dictionary(
      fc.constantFrom("mtu", "overlap", "duplicate-as", "missing-index", "nonsense", "a.b"),
      bySchema(typeof schema.additionalProperties === "object" ? schema.additionalProperties : {}),
      { maxKeys: 2 },
    );
  if (schema.type === "array") return fc.array(bySchema(schema.items ?? {}), { maxLength: 4 });
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "integer" || schema.type === "number")
    return fc.oneof(
      fc.constantFrom(...NUMBERS),
      fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 9, (schema.minimum ?? 0) + 9) }),
    );
  if (schema.pattern !== undefined) return fc.constantFrom(...(schema.pattern.includes("/") ? PREFIXES : ADDRESSES));
  return fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 }));
}

/** Required settings nearly always, others sometimes, a foreign one rarely. */
function object(schema: JsonSchema): fc.Arbitrary<unknown> {
  const entries = Object.entries(schema.properties ?? {}).map(
    ([key, inner]) =>
      [
        key,
        fc.oneof(
          { weight: schema.required?.includes(key) === true ? 30 : 1, arbitrary: bySchema(inner) },
          { weight: 2, arbitrary: fc.constant(undefined) },
        ),
      ] as const,
  );
  return fc
    .record({
      known: fc.record(Object.fromEntries(entries)),
      foreign: fc.option(fc.dictionary(fc.string({ maxLength: 6 }), GARBAGE, { maxKeys: 1 }), { freq: 1, nil: {} }),
      keep: fc.nat(30),
    })
    .map(({ known, foreign, keep }) => ({
      ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
      ...(keep === 0 ? foreign : {}),
    }));
}
