/** What the inputs of a resource may be, and the check of them: values that a preview does not know yet pass. */
import * as z from "zod/mini";
import type { CheckFailure } from "./protocol/serve";
import { plainProperties, UNKNOWN, type Properties, type Value } from "./protocol/values";

const shown = (v: unknown): string => (v === undefined ? "missing" : JSON.stringify(v));
/** Messages show the value and what it may be. */
const says = (rule: string) => ({ error: (issue: { input?: unknown }): string => `${shown(issue.input)}: ${rule}` });

const text = z.string(says("needs a text")).check(z.minLength(1, says("needs a text")));
const number = (rule: string): z.ZodMiniNumber => z.number(says(rule));
const between = (low: number, high: number, unit: string): z.ZodMiniNumber => {
  const rule = `a whole number from ${low} to ${high}${unit}`;
  return number(rule).check(z.int(says(rule)), z.gte(low, says(rule)), z.lte(high, says(rule)));
};
const atLeast = (low: number, unit: string): z.ZodMiniNumber => {
  const rule = `${unit}, at least ${low}`;
  return number(rule).check(z.gte(low, says(rule)));
};
const LABEL = "an RFC 1123 label: a-z, 0-9 and -, at most 63 characters";
const label = z.string(says(LABEL)).check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, says(LABEL)));
/** Linux's limit (HOST_NAME_MAX). */
const HOSTNAME = "a host name of at most 64 characters";
const PREFIX = "an IPv4 prefix such as 192.168.200.0/24";
const octet = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

const port = z.strictObject({
  name: text.check(z.refine((name) => name !== "ssh", says("SSH is always published under this name: choose another"))),
  port: between(1, 65535, "").check(
    z.refine((n) => n !== 22, says("SSH's own port is always published: leave it out")),
  ),
});

export const machineInputs = z.strictObject({
  name: label,
  hostname: z.string(says(HOSTNAME)).check(z.minLength(1, says(HOSTNAME)), z.maxLength(64, says(HOSTNAME))),
  image: text,
  network: z.strictObject(
    {
      name: text,
      subnet: z
        .string(says(PREFIX))
        .check(z.regex(new RegExp(`^${octet}(\\.${octet}){3}/(3[0-2]|[12]?\\d)$`), says(PREFIX))),
    },
    says("needs name and subnet"),
  ),
  ports: z.optional(
    z.array(port, says("a list of {name, port}")).check(
      z.refine((list) => new Set(list.map((p) => p.name)).size === list.length, says("each name once")),
      z.refine((list) => new Set(list.map((p) => p.port)).size === list.length, says("each port once")),
    ),
  ),
  seed: z.nullish(
    z.strictObject({
      volume: text,
      path: z.string(says("an absolute path")).check(z.startsWith("/", says("an absolute path"))),
    }),
  ),
  memoryMiB: z.nullish(atLeast(64, "MiB")),
  cpus: z.nullish(atLeast(0.01, "CPUs")),
});

/** IFNAMSIZ of Linux less its terminator. */
const INTERFACE = "an interface name: at most 15 characters, no blanks or slashes";
const end = z.strictObject(
  {
    machine: text,
    name: text,
    interface: z.string(says(INTERFACE)).check(z.regex(/^[^\s/':;]{1,15}$/, says(INTERFACE))),
  },
  says("needs machine, name and interface"),
);

export const linkInputs = z
  .strictObject({
    a: end,
    b: end,
    // RFC 791 to the most that veth takes.
    mtu: between(68, 65535, " bytes"),
    up: z.boolean(says("true or false")),
    impairment: z.nullish(
      z
        .strictObject({
          delayMs: z.optional(atLeast(0, "milliseconds")),
          jitterMs: z.optional(atLeast(0, "milliseconds")),
          lossPercent: z.optional(
            number("a percentage from 0 to 100").check(
              z.gte(0, says("a percentage from 0 to 100")),
              z.lte(100, says("a percentage from 0 to 100")),
            ),
          ),
          rateMbit: z.optional(atLeast(0.001, "Mbit/s")),
        })
        .check(
          z.refine((i) => i.jitterMs === undefined || i.delayMs !== undefined, {
            path: ["jitterMs"],
            error: "varies a delay: give delayMs too",
          }),
        ),
    ),
  })
  .check(
    z.refine(({ a, b }) => a.name !== b.name, {
      path: ["b", "name"],
      error: (issue) =>
        `both ends are machine ${shown((issue.input as { b: { name: string } }).b.name)}: a cable needs two`,
    }),
  );

/** Engine property path: `ports[0].port`. */
const pathOf = (keys: readonly PropertyKey[]): string =>
  keys.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`),
    "",
  );

/** Whether the value at a path, or one that it lies in, is not known yet. */
function isUnknown(value: Value | undefined, keys: readonly PropertyKey[]): boolean {
  if (value === UNKNOWN) return true;
  const [key, ...rest] = keys;
  return (
    key !== undefined &&
    typeof value === "object" &&
    value !== null &&
    isUnknown((value as Properties)[key as string], rest)
  );
}

/** All that is wrong with inputs, each with its property path, the value and the remedy. */
export function checkInputs(
  type: string,
  schema: typeof machineInputs | typeof linkInputs,
  inputs: Properties,
): CheckFailure[] {
  const values = plainProperties(inputs);
  const result = z.safeParse(schema, values);
  if (result.success) return [];
  return result.error.issues
    .filter((issue) => !isUnknown(values, issue.path))
    .flatMap((issue) => {
      if (issue.code !== "unrecognized_keys")
        return [{ property: pathOf(issue.path), reason: `${pathOf(issue.path)}: ${issue.message}` }];
      return issue.keys.map((key) => {
        const path = pathOf([...issue.path, key]);
        return { property: path, reason: `${path}: a ${type} has no such property` };
      });
    });
}
