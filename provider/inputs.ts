/** What the inputs of a resource may be, and the check of them: values that a preview does not know yet pass. */
import * as z from "zod/mini";
import { isDriverName, PLATFORMS, type NameRule, type Platform } from "../platforms";
import { ROUTING_MODES } from "../configuration/wanted";
import { driverNameOf, noDriver } from "./drivers";
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
const PREFIX = "an IPv4 prefix such as 192.168.200.0/24";
const octet = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

const port = z.strictObject({
  name: text.check(z.refine((name) => name !== "ssh", says("SSH is always published under this name: choose another"))),
  port: between(1, 65535, "").check(
    z.refine((n) => n !== 22, says("SSH's own port is always published: leave it out")),
  ),
});

const driver = z.nullish(
  z
    .string(says("the name of a driver"))
    .check(z.refine((name) => isDriverName(name), { error: (issue) => noDriver(String(issue.input)) })),
);

export const machineInputs = z.strictObject({
  driver,
  name: label,
  hostname: z.string(says("a host name")),
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
  kernel: z.nullish(
    z.strictObject({ volume: text, memoryMiB: atLeast(128, "MiB") }, says("needs volume and memoryMiB")),
  ),
  memoryMiB: z.nullish(atLeast(64, "MiB")),
  cpus: z.nullish(atLeast(0.01, "CPUs")),
});

const end = z.strictObject(
  { driver, machine: text, name: text, interface: z.string(says("an interface name")) },
  says("needs machine, name and interface"),
);

export const linkInputs = z
  .strictObject({
    a: end,
    b: end,
    // RFC 791 to the most that veth takes.
    mtu: between(68, 65535, " bytes"),
    up: z.boolean(says("true or false")),
  })
  .check(
    z.refine(({ a, b }) => a.name !== b.name, {
      path: ["b", "name"],
      error: (issue) =>
        `both ends are machine ${shown((issue.input as { b: { name: string } }).b.name)}: a cable needs two`,
    }),
  );

const texts = (what: string): z.ZodMiniRecord<z.ZodMiniString, z.ZodMiniString> =>
  z.record(z.string(), z.string(says("a text")), says(`${what} by name`));
const marks = z.record(z.string(), z.nullable(z.string(says("a text, or null for what must not be there"))));
const names = z.array(text, says("a list of names"));

/** What `fabriclab:index:Configuration` takes; `configuration/wanted.ts` says what each means. */
export const configurationInputs = z.strictObject({
  driver,
  machine: text,
  name: label,
  connection: z.strictObject(
    { host: text, port: between(1, 65535, ""), user: text, privateKey: text, hostKey: text },
    says("needs host, port, user, privateKey and hostKey"),
  ),
  files: z.optional(texts("texts of files")),
  routing: z.nullish(z.enum(ROUTING_MODES, says(`one of ${ROUTING_MODES.join(", ")}`))),
  system: z.nullish(
    z.strictObject({
      hostname: text,
      interfaces: z.record(
        z.string(),
        z.strictObject({ addresses: names, bridge: z.nullable(text) }, says("needs addresses and bridge")),
      ),
      defaultRoute: z.nullable(z.strictObject({ via: text, dev: text }, says("needs via and dev"))),
      sysctls: texts("values of kernel settings"),
      services: names,
      memberServices: names,
      firewall: z.enum(["none", "kubernetes"], says("none or kubernetes")),
    }),
  ),
  member: z.nullish(
    z.strictObject(
      { node: text, cluster: text, annotations: marks, labels: marks },
      says("needs node, cluster, annotations and labels"),
    ),
  ),
  deployments: z.optional(
    z.array(
      z.strictObject({ namespace: text, name: text, replicas: between(0, 1000, "") }),
      says("a list of deployments"),
    ),
  ),
  objects: z.nullish(z.record(z.string(), names, says("names of objects by kind"))),
});

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

/** What the driver of a machine, or of an end of a cable, says about a name there. One that is not known yet is looked at when it is. */
function nameProblem(path: string, of: Value | undefined, key: "hostname" | "interface"): CheckFailure[] {
  if (typeof of !== "object" || of === null || Array.isArray(of) || of.driver === UNKNOWN) return [];
  const [name, driverName] = [of[key], driverNameOf(of)];
  if (typeof name !== "string" || name === UNKNOWN || !isDriverName(driverName)) return [];
  const platform: Platform = PLATFORMS[driverName];
  const rule: NameRule = platform.names[key];
  return rule.pattern.test(name) ? [] : [{ property: path, reason: `${path}: ${shown(name)}: ${rule.says}` }];
}

/** All that is wrong with inputs, each with its property path, the value and the remedy. */
export function checkInputs(
  type: string,
  schema: typeof machineInputs | typeof linkInputs | typeof configurationInputs,
  inputs: Properties,
): CheckFailure[] {
  const values = plainProperties(inputs);
  const result = z.safeParse(schema, values);
  const names =
    schema === linkInputs
      ? [...nameProblem("a.interface", values.a, "interface"), ...nameProblem("b.interface", values.b, "interface")]
      : schema === machineInputs
        ? nameProblem("hostname", values, "hostname")
        : [];
  if (result.success) return names;
  const problems = result.error.issues
    .filter((issue) => !isUnknown(values, issue.path))
    .flatMap((issue) => {
      if (issue.code !== "unrecognized_keys")
        return [{ property: pathOf(issue.path), reason: `${pathOf(issue.path)}: ${issue.message}` }];
      return issue.keys.map((key) => {
        const path = pathOf([...issue.path, key]);
        return { property: path, reason: `${path}: a ${type} has no such property` };
      });
    });
  return [...problems, ...names];
}
