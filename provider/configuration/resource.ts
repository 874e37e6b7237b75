import { LRUCache } from "lru-cache";
import { driverNameOf, type DriverOf } from "../drivers";
import type { MachineFacts } from "../drivers/driver";
import { checkInputs, configurationInputs } from "../inputs";
import { changes, under } from "../protocol/diff";
import { log } from "../protocol/engine";
import { PartialFailure, type Operation, type Resource } from "../protocol/resource";
import { plainProperties, type Properties } from "../protocol/values";
import { MachineAccess, type Place } from "./access";
import { forgetRoutes } from "./programs";
import type { Login, Shell } from "./shell";
import { isLeft, leftText } from "../../configuration/drift";
import type { Wanted } from "../../configuration/wanted";

/** What every machine's configuration is meant to be, added to the inputs by the check, so that a refresh and a preview show what was changed by hand. */
const WANTED = { drift: [] };

/** Inputs that have passed the check, as they are put in force. */
function wantedOf(inputs: Properties): Wanted {
  const p = plainProperties(inputs) as unknown as Partial<Wanted>;
  return {
    files: p.files ?? {},
    routing: p.routing ?? null,
    system: p.system ?? null,
    member: p.member ?? null,
    deployments: p.deployments ?? [],
    objects: p.objects ?? null,
  };
}

function placeOf(inputs: Properties): Place {
  const p = plainProperties(inputs) as unknown as { driver?: string; machine: string; name: string; connection: Login };
  return { driver: driverNameOf(p), driverId: p.machine, name: p.name, login: p.connection };
}

/** Inputs with the driver written out: a machine that names none is the same as one that names the default. */
const written = (inputs: Properties): Properties => {
  const p = plainProperties(inputs);
  return { ...p, driver: p.driver ?? driverNameOf({}) };
};

const driftSeen = (inputs: Properties): boolean => Array.isArray(inputs.drift) && inputs.drift.length > 0;

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join("\n");

/** Puts what changed in force, and brings back what was changed by hand or was never there on this machine. */
async function updated(access: MachineAccess, op: Operation, before: Properties, inputs: Properties): Promise<void> {
  const [place, wanted] = [placeOf(inputs), wantedOf(inputs)];
  const asked = [...changes(written(before), written(inputs)).keys()];
  const elsewhere = placeOf(before).driverId !== place.driverId;
  if (asked.some((path) => !under(path, "drift") && !under(path, "connection"))) await access.apply(place, wanted, op);
  if (!elsewhere && !driftSeen(before)) return;
  const mended = await access.repair(place, wanted, op);
  if (mended.length > 0 && !elsewhere) log(op.urn.urn, "info", `brought back:\n${indented(mended)}`);
}

/** What a look at a machine found, a line each. */
interface Found {
  /** What an update brings back. */
  readonly drift: readonly string[];
  /** What stays until a person takes it back, each with the command that does. */
  readonly left: readonly string[];
}

/** What differs on a machine. One that does not run, or gives no answer, is told as such. */
async function look(access: MachineAccess, machine: MachineFacts, op: Operation, inputs: Properties): Promise<Found> {
  const place = placeOf(inputs);
  const only = (line: string): Found => ({ drift: [line], left: [] });
  if (machine.state !== "running") return only(`~ machine ${place.name}: ${machine.state} => running`);
  try {
    const found = await access.lasting(place, wantedOf(inputs), op);
    return {
      drift: found.filter((each) => !isLeft(each)).map(({ says }) => says),
      left: found.filter(isLeft).map((each) => leftText(each, place.name)),
    };
  } catch (error) {
    return only(`~ machine ${(error as Error).message}`);
  }
}

/** `fabriclab:index:Configuration`: what a machine's files, kernel and routing daemons are meant to hold. It can be looked at, and brought back. */
export function configurationResource(driverOf: DriverOf, shell: Shell): Resource {
  const access = new MachineAccess(shell);
  // Several configurations of one machine are read at the same moment; the driver is asked once.
  const machines = new LRUCache<string, Promise<MachineFacts | null>>({ max: 1000, ttl: 2000 });
  const machineOf = ({ driver, driverId }: Place): Promise<MachineFacts | null> => {
    const known = machines.get(driverId) ?? driverOf(driver).read(driverId);
    machines.set(driverId, known);
    return known;
  };
  return {
    check: (_, given) => ({
      inputs: { ...given, ...WANTED },
      failures: checkInputs("Configuration", configurationInputs, given),
    }),
    diff: (_, __, before, inputs, ignore) => {
      const found = changes(written(before.inputs), written(inputs));
      for (const path of [...found.keys()]) if (ignore.some((each) => under(path, each))) found.delete(path);
      return { changes: found };
    },
    create: async (op, inputs) => {
      if (op.preview) return { id: "", state: inputs };
      await access.apply(placeOf(inputs), wantedOf(inputs), op);
      return { id: op.urn.name, state: inputs };
    },
    read: async (op, id, inputs) => {
      if (inputs.machine === undefined)
        throw new Error(`configuration ${id} can't be imported: \`pulumi up\` makes it`);
      const machine = await machineOf(placeOf(inputs));
      if (machine === null) return null;
      const { drift, left } = await look(access, machine, op, inputs);
      if (drift.length > 0) log(op.urn.urn, "info", `not as it is meant to be:\n${indented(drift)}`);
      if (left.length > 0) log(op.urn.urn, "info", `left as it is, since somebody may mean it:\n${indented(left)}`);
      const own = { ...inputs, drift: [...drift] };
      return { id, inputs: own, state: own };
    },
    update: async (op, id, before, inputs) => {
      if (op.preview) return inputs;
      await updated(access, op, before.inputs, inputs).catch((error: Error) => {
        throw new PartialFailure(error.message, id, before.inputs, before.inputs);
      });
      return inputs;
    },
    delete: async (op, _, inputs, old) => {
      const known = Object.keys(inputs).length > 0 ? inputs : old;
      // A machine that is gone, stopped, or made anew under the same name has nothing of this configuration to forget.
      if (wantedOf(known).member === null) return;
      const place = placeOf(known);
      if ((await driverOf(place.driver).read(place.driverId))?.state !== "running") return;
      await access.run(place, forgetRoutes(), op);
    },
  };
}
