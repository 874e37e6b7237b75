import type { Driver, MachineFacts, MachineSpec, Owner } from "./drivers/driver";
import { generateKeys } from "./keys";
import { changes, under } from "./protocol/diff";
import type { CheckFailure, Operation, Resource, Urn } from "./protocol/serve";
import { plainProperties, secret, UNKNOWN, type Properties, type Value } from "./protocol/values";

/** Inputs that a running machine can't take: it is made anew. */
const IDENTITY = ["name", "hostname", "image", "network", "ports", "seed"];
const INPUTS = [...IDENTITY, "memoryMiB", "cpus"];

export const ownerOf = (urn: Urn): Owner => ({ lab: `${urn.project}/${urn.stack}`, urn: urn.urn });

export function machineSpec(inputs: Properties): MachineSpec {
  const p = plainProperties(inputs);
  return { ...(p as unknown as MachineSpec), seed: (p.seed ?? null) as MachineSpec["seed"], ports: (p.ports ?? []) as unknown as MachineSpec["ports"],
    memoryMiB: (p.memoryMiB ?? null) as number | null, cpus: (p.cpus ?? null) as number | null };
}

function check(inputs: Properties): CheckFailure[] {
  const p = plainProperties(inputs), failures: CheckFailure[] = [];
  const fail = (property: string, reason: string): void => { failures.push({ property, reason: `${property}: ${reason}` }); };
  for (const key of Object.keys(p)) if (!INPUTS.includes(key)) fail(key, `no such property; a Machine has ${INPUTS.join(", ")}`);
  for (const key of ["name", "hostname", "image"]) if (typeof p[key] !== "string" || p[key] === "") fail(key, "required, a string");
  if (typeof p.name === "string" && p.name !== UNKNOWN && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(p.name)) fail("name", `"${p.name}" is not a host label (RFC 1123): a-z, 0-9 and -, at most 63`);
  const network = p.network as Properties | undefined;
  if (typeof network?.name !== "string") fail("network.name", "required, a string");
  if (typeof network?.subnet !== "string" || (network.subnet !== UNKNOWN && !/^\d+(\.\d+){3}\/\d+$/.test(network.subnet))) fail("network.subnet", "required, an IPv4 prefix such as 192.168.200.0/24");
  if (p.memoryMiB !== undefined && p.memoryMiB !== UNKNOWN && !(typeof p.memoryMiB === "number" && p.memoryMiB >= 64)) fail("memoryMiB", `${String(p.memoryMiB)} is too little: at least 64`);
  if (p.cpus !== undefined && p.cpus !== UNKNOWN && !(typeof p.cpus === "number" && p.cpus > 0)) fail("cpus", `${String(p.cpus)} is not a positive number`);
  return failures;
}

function state(inputs: Properties, seen: MachineFacts, keys: { privateKey: Value; hostKey: Value }): Properties {
  return { ...inputs, driverId: seen.driverId, state: seen.state, publishedPorts: { ...seen.publishedPorts },
    connection: { host: "127.0.0.1", port: seen.publishedPorts.ssh!, user: "root", privateKey: keys.privateKey, hostKey: keys.hostKey } };
}

const keysOf = (old: Properties): { privateKey: Value; hostKey: Value } => {
  const c = plainProperties(old).connection as Properties;
  return { privateKey: secret(c.privateKey!), hostKey: c.hostKey! };
};

/** `fabriclab:index:Machine`: a box that boots, with SSH on a loopback port. */
export function machineResource(driver: Driver): Resource {
  const unknown = (inputs: Properties): Properties => ({ ...inputs, driverId: UNKNOWN, state: "running", publishedPorts: UNKNOWN,
    connection: { host: "127.0.0.1", port: UNKNOWN, user: "root", privateKey: UNKNOWN, hostKey: UNKNOWN } });
  return {
    check: (_, inputs) => ({ inputs, failures: check(inputs) }),
    diff: (_, __, before, inputs, ignore) => {
      const found = changes(plainProperties(before.inputs), plainProperties(inputs));
      for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
      if (plainProperties(before.state).state !== "running") found.set("state", "update");
      return { changes: found, replace: [...found.keys()].filter((path) => IDENTITY.some((i) => under(path, i))), deleteBeforeReplace: true };
    },
    create: async (op: Operation, inputs) => {
      if (op.preview) return { id: "", state: unknown(inputs) };
      const spec = machineSpec(inputs), keys = generateKeys(spec.name);
      const seen = await driver.create(ownerOf(op.urn), spec, keys, op.signal);
      return { id: seen.driverId, state: state(inputs, seen, { privateKey: secret(keys.privateKey), hostKey: keys.hostPublicKey }) };
    },
    read: async (_, id, inputs, old) => {
      const seen = await driver.read(id);
      if (seen === null) return null;
      const limits = Object.fromEntries((["memoryMiB", "cpus"] as const).filter((k) => inputs[k] !== undefined || seen[k] !== null).map((k) => [k, seen[k]]));
      const own = { ...inputs, ...limits };
      return { id, inputs: own, state: state(own, seen, keysOf(old)) };
    },
    update: async (op, id, before, inputs) => {
      if (op.preview) return { ...before.state, ...inputs, state: "running" };
      return state(inputs, await driver.update(id, machineSpec(inputs), op.signal), keysOf(before.state));
    },
    delete: (op, id, inputs, old) => driver.remove(ownerOf(op.urn), id, machineSpec(Object.keys(inputs).length > 0 ? inputs : old)),
  };
}
