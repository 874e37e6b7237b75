import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { driverNameOf, type DriverOf } from "../drivers";
import type { MachineFacts } from "../drivers/driver";
import { checkInputs, configurationInputs } from "../inputs";
import { changes, under } from "../protocol/diff";
import { log } from "../protocol/engine";
import { PartialFailure, type Operation, type Resource } from "../protocol/resource";
import { plainProperties, type Properties } from "../protocol/values";
import { driftOf, sectionsFor, type Drift } from "./drift";
import { parseFacts, type Facts } from "./facts";
import { allPrograms, forgetRoutes, lookProgram, type Program } from "./programs";
import { repairProgram, repairs } from "./repair";
import type { Login, Shell } from "./shell";
import type { Wanted } from "./wanted";

/** What every machine's configuration is meant to be, added to the inputs by the check, so that a refresh and a preview show what was changed by hand. */
const WANTED = { drift: [] };

/** Attempts to connect to a machine that something is done on; it may have been started a moment ago. */
const PATIENT = 20;
/** Attempts to connect to a machine that is only looked at. */
const BRIEF = 2;
/** A difference is one that a second look finds too: what converges looks like a difference for a moment. */
const SECOND_LOOK_MS = 1000;
/** Looks after a repair, a second apart, until nothing differs: a daemon that was restarted takes some of them. */
const LOOKS = 12;

/** Inputs that have passed the check, as they are put in force. */
export function wantedOf(inputs: Properties): Wanted {
  const p = plainProperties(inputs) as unknown as Partial<Wanted>;
  return {
    files: p.files ?? {},
    routing: p.routing ?? null,
    system: p.system ?? null,
    member: p.member ?? null,
    deployments: p.deployments ?? [],
  };
}

interface Place {
  readonly driver: string;
  readonly driverId: string;
  readonly name: string;
  readonly login: Login;
}

function placeOf(inputs: Properties): Place {
  const p = plainProperties(inputs) as unknown as { driver?: string; machine: string; name: string; connection: Login };
  return { driver: driverNameOf(p), driverId: p.machine, name: p.name, login: p.connection };
}

/** Inputs without what the driver of a machine is called by default, for comparing. */
const written = (inputs: Properties): Properties => {
  const p = plainProperties(inputs);
  return { ...p, driver: p.driver ?? driverNameOf({}) };
};

const driftSeen = (inputs: Properties): boolean => Array.isArray(inputs.drift) && inputs.drift.length > 0;

/** `fabriclab:index:Configuration`: what a machine's files, kernel and routing daemons are meant to hold. It can be looked at, and brought back. */
export function configurationResource(driverOf: DriverOf, shell: Shell): Resource {
  // Several configurations of one machine are read at the same moment; each machine is looked at once.
  const machines = new LRUCache<string, Promise<MachineFacts | null>>({ max: 1000, ttl: 2000 });
  const machineOf = ({ driver, driverId }: Place): Promise<MachineFacts | null> => {
    const known = machines.get(driverId) ?? driverOf(driver).read(driverId);
    machines.set(driverId, known);
    return known;
  };

  async function run(place: Place, { text, stdin }: Program, op: Operation, attempts: number): Promise<string> {
    const options = { signal: op.signal, attempts, ...(stdin === undefined ? {} : { stdin }) };
    const { code, stdout, stderr } = await shell(place.login, text, options);
    if (code === 0) return stdout;
    const [title = ""] = text.split("\n");
    throw new Error(`${place.name}: ${title.replace(/^# /, "")} failed: ${stderr.trim() || `exit status ${code}`}`);
  }

  const look = async (place: Place, wanted: Wanted, op: Operation, attempts: number): Promise<Facts> =>
    parseFacts(await run(place, lookProgram(sectionsFor(wanted)), op, attempts));

  async function apply(place: Place, wanted: Wanted, op: Operation): Promise<void> {
    for (const program of allPrograms(wanted)) await run(place, program, op, PATIENT);
  }

  /** What differs, and differs a moment later too. */
  async function lasting(place: Place, wanted: Wanted, op: Operation): Promise<Drift[]> {
    const first = driftOf(await look(place, wanted, op, BRIEF), wanted);
    if (first.length === 0) return [];
    await sleep(SECOND_LOOK_MS, undefined, { signal: op.signal });
    const second = driftOf(await look(place, wanted, op, BRIEF), wanted);
    return second.filter(({ says }) => first.some((each) => each.says === says));
  }

  /**
   * Brings back what differs.
   *
   * @returns what was brought back
   * @throws Error that names what could not be brought back
   */
  async function repair(place: Place, wanted: Wanted, op: Operation): Promise<string[]> {
    const mended = new Set<string>();
    let complaint = "";
    for (let looks = 1; ; looks++) {
      const found = driftOf(await look(place, wanted, op, PATIENT), wanted);
      if (found.length === 0) return [...mended];
      if (looks > LOOKS) {
        const lines = found.map(({ says }) => `  ${says}`).join("\n");
        throw new Error(`${place.name}: what was changed by hand could not be brought back:\n${lines}${complaint}`);
      }
      for (const { says } of found) mended.add(says);
      const program = repairProgram(repairs(found), wanted);
      const { stderr } = await shell(place.login, program.text, {
        signal: op.signal,
        attempts: PATIENT,
        ...(program.stdin === undefined ? {} : { stdin: program.stdin }),
      });
      complaint = stderr.trim() === "" ? "" : `\nThe machine said: ${stderr.trim()}`;
      await sleep(SECOND_LOOK_MS, undefined, { signal: op.signal });
    }
  }

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
      const place = placeOf(inputs);
      await apply(place, wantedOf(inputs), op);
      return { id: op.urn.name, state: inputs };
    },
    read: async (op, id, inputs) => {
      if (inputs.machine === undefined)
        throw new Error(`configuration ${id} can't be imported: \`pulumi up\` makes it`);
      const place = placeOf(inputs);
      const machine = await machineOf(place);
      if (machine === null) return null;
      const seen = async (): Promise<string[]> => {
        if (machine.state !== "running") return [`~ machine ${place.name}: ${machine.state} => running`];
        try {
          return (await lasting(place, wantedOf(inputs), op)).map(({ says }) => says);
        } catch (error) {
          return [`~ machine ${(error as Error).message}`];
        }
      };
      const drift = await seen();
      if (drift.length > 0)
        log(op.urn.urn, "info", `not as it is meant to be:\n${drift.map((line) => `  ${line}`).join("\n")}`);
      const own = { ...inputs, drift };
      return { id, inputs: own, state: own };
    },
    update: async (op, id, before, inputs) => {
      if (op.preview) return inputs;
      const [place, wanted] = [placeOf(inputs), wantedOf(inputs)];
      const asked = changes(written(before.inputs), written(inputs));
      const elsewhere = placeOf(before.inputs).driverId !== place.driverId;
      const only = (path: string): boolean => under(path, "drift") || under(path, "connection");
      try {
        if ([...asked.keys()].some((path) => !only(path))) await apply(place, wanted, op);
        if (elsewhere || driftSeen(before.inputs)) {
          const mended = await repair(place, wanted, op);
          if (mended.length > 0 && !elsewhere)
            log(op.urn.urn, "info", `brought back:\n${mended.map((line) => `  ${line}`).join("\n")}`);
        }
      } catch (error) {
        throw new PartialFailure((error as Error).message, id, before.inputs, before.inputs);
      }
      return inputs;
    },
    delete: async (op, _, inputs, old) => {
      const known = Object.keys(inputs).length > 0 ? inputs : old;
      const { member } = wantedOf(known);
      // A machine that is gone, stopped, or made anew under the same name has nothing of this configuration to forget.
      if (member === null) return;
      const place = placeOf(known);
      if ((await driverOf(place.driver).read(place.driverId))?.state !== "running") return;
      await run(place, forgetRoutes(), op, PATIENT);
    },
  };
}
