import { isDriverName, PLATFORMS } from "../platforms";
import { driverNameOf, type DriverOf } from "./drivers";
import { NotReady, type Driver, type MachineFacts, type MachineSpec, type Owner } from "./drivers/driver";
import { checkInputs, machineInputs } from "./inputs";
import { generateKeys } from "./keys";
import { changes, under } from "./protocol/diff";
import { PartialFailure, type Operation, type Resource, type Urn } from "./protocol/serve";
import { plainProperties, secret, UNKNOWN, type Properties, type Value } from "./protocol/values";

/** Inputs that a running machine can't take: it is made anew. */
const IDENTITY = ["driver", "name", "hostname", "image", "network", "ports", "seed", "kernel"];

const ownerOf = (urn: Urn): Owner => ({ lab: `${urn.project}/${urn.stack}`, urn: urn.urn });

/** What every machine is meant to be. The check adds it to the inputs, so that a refresh and a preview show it beside what is: `state: "stopped" => "running"`. */
const WANTED = { state: "running" };

/** Inputs that have passed the check, as the driver takes them. */
export function machineSpec(inputs: Properties): MachineSpec {
  const p = plainProperties(inputs) as unknown as Partial<MachineSpec> & MachineSpec;
  return {
    name: p.name,
    hostname: p.hostname,
    image: p.image,
    network: p.network,
    ports: p.ports ?? [],
    seed: p.seed ?? null,
    kernel: p.kernel ?? null,
    memoryMiB: p.memoryMiB ?? null,
    cpus: p.cpus ?? null,
  };
}

interface PublicAndSecret {
  readonly privateKey: Value;
  readonly hostKey: Value;
}

function state(inputs: Properties, seen: MachineFacts, keys: PublicAndSecret): Properties {
  return {
    ...inputs,
    driverId: seen.driverId,
    state: seen.state,
    publishedPorts: { ...seen.publishedPorts },
    connection: { ...seen.connection, privateKey: keys.privateKey, hostKey: keys.hostKey },
  };
}

/** The keys are in the state alone: nobody else holds a machine's private key. */
function keysOf(old: Properties, id: string, driver: Driver): PublicAndSecret {
  const connection = plainProperties(old).connection as Properties | undefined;
  if (connection === undefined)
    throw new Error(
      `machine ${id} can't be imported: its private key is in the state that made it alone. Remove it (${driver.removalOf(id)}) and let \`pulumi up\` make it anew`,
    );
  return { privateKey: secret(connection.privateKey!), hostKey: connection.hostKey! };
}

/** A machine that does not answer is in the state nevertheless: the next `up` goes on with it, `destroy` removes it. */
async function kept(
  work: Promise<MachineFacts>,
  inputs: Properties,
  keys: PublicAndSecret,
): Promise<{ id: string; state: Properties }> {
  try {
    const seen = await work;
    return { id: seen.driverId, state: state(inputs, seen, keys) };
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    throw new PartialFailure(error.message, error.machine.driverId, state(inputs, error.machine, keys), inputs);
  }
}

/** Inputs with the driver written out: a machine that names none is the same as one that names the default. */
const written = (inputs: Properties): Properties => {
  const plain = plainProperties(inputs);
  return { ...plain, driver: plain.driver ?? driverNameOf({}) };
};

/** What a preview knows of a connection to a machine that is not made yet. */
function foreseenConnection(inputs: Properties): Value {
  const name = plainProperties(inputs).driver === UNKNOWN ? null : driverNameOf(plainProperties(inputs));
  const reach = name !== null && isDriverName(name) ? PLATFORMS[name].reach : { host: UNKNOWN, user: UNKNOWN };
  return { host: reach.host, port: UNKNOWN, user: reach.user, privateKey: UNKNOWN, hostKey: UNKNOWN };
}

/** `fabriclab:index:Machine`: a box that boots and answers SSH. */
export function machineResource(driverOf: DriverOf): Resource {
  const driverFor = (inputs: Properties): Driver => driverOf(driverNameOf(plainProperties(inputs)));
  return {
    check: (_, inputs) => ({
      inputs: { ...inputs, ...WANTED },
      failures: checkInputs("Machine", machineInputs, inputs),
    }),
    diff: (_, __, before, inputs, ignore) => {
      const found = changes(written(before.inputs), written(inputs));
      for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
      return {
        changes: found,
        replace: [...found.keys()].filter((path) => IDENTITY.some((i) => under(path, i))),
        deleteBeforeReplace: true,
      };
    },
    create: async (op: Operation, inputs) => {
      if (op.preview)
        return {
          id: "",
          state: {
            ...inputs,
            driverId: UNKNOWN,
            publishedPorts: UNKNOWN,
            connection: foreseenConnection(inputs),
          },
        };
      const spec = machineSpec(inputs);
      const keys = generateKeys(spec.name);
      return kept(driverFor(inputs).create(ownerOf(op.urn), spec, keys, op.signal), inputs, {
        privateKey: secret(keys.privateKey),
        hostKey: keys.hostPublicKey,
      });
    },
    read: async (_, id, inputs, old) => {
      const driver = driverFor(inputs);
      const keys = keysOf(old, id, driver);
      const seen = await driver.read(id);
      if (seen === null) return null;
      const limits = Object.fromEntries(
        (["memoryMiB", "cpus"] as const).filter((k) => (inputs[k] ?? null) !== seen[k]).map((k) => [k, seen[k]]),
      );
      const own = { ...inputs, ...limits, state: seen.state };
      return { id, inputs: own, state: state(own, seen, keys) };
    },
    update: async (op, id, before, inputs) => {
      const { driverId, publishedPorts, connection } = before.state;
      if (op.preview)
        return { ...inputs, driverId: driverId!, publishedPorts: publishedPorts!, connection: connection! };
      const driver = driverFor(inputs);
      const keys = keysOf(before.state, id, driver);
      return (await kept(driver.update(id, machineSpec(inputs), op.signal), inputs, keys)).state;
    },
    delete: async (op, id, inputs, old) => {
      const known = Object.keys(inputs).length > 0 ? inputs : old;
      await driverFor(known).remove(ownerOf(op.urn), id, machineSpec(known));
    },
  };
}
