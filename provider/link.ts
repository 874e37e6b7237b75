import type { Cabling, LinkedPort, LinkSpec } from "./cabling";
import { driverNameOf } from "./drivers";
import { checkInputs, linkInputs } from "./inputs";
import { changes, under } from "./protocol/diff";
import type { Resource } from "./protocol/serve";
import { plainProperties, type Properties, type Value } from "./protocol/values";

const DEFAULTS = { mtu: 1500, up: true };
/** What every cable is meant to be, added to the inputs by the check, so that a refresh and a preview show it beside what is. */
const WANTED = { state: "connected" };

/** Inputs that have passed the check, as they are cabled. */
export function linkSpec(inputs: Properties): LinkSpec {
  const p = plainProperties(inputs);
  const end = (side: "a" | "b"): LinkedPort => {
    const given = p[side] as { driver?: string; machine: string; name: string; interface: string };
    return { driver: driverNameOf(given), driverId: given.machine, name: given.name, interface: given.interface };
  };
  return { a: end("a"), b: end("b"), mtu: p.mtu as number, up: p.up as boolean };
}

/** Inputs with the driver of each end written out: an end that names none is the same as one that names the default. */
const written = (inputs: Properties): Properties => {
  const p = plainProperties(inputs);
  const end = (given: Value | undefined): Value | undefined =>
    typeof given !== "object" || given === null || Array.isArray(given)
      ? given
      : { ...given, driver: given.driver ?? driverNameOf({}) };
  return { ...p, a: end(p.a) ?? null, b: end(p.b) ?? null };
};

/** `fabriclab:index:Link`: a cable between two machine interfaces. MTU and admin state change in place; another end is another cable. */
export function linkResource(cabling: Cabling): Resource {
  return {
    check: (_, given) => {
      const inputs = { ...DEFAULTS, ...given };
      return { inputs: { ...inputs, ...WANTED }, failures: checkInputs("Link", linkInputs, inputs) };
    },
    diff: (_, __, before, inputs, ignore) => {
      const found = changes(written(before.inputs), written(inputs));
      for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
      return {
        changes: found,
        replace: [...found.keys()].filter((path) => under(path, "a") || under(path, "b")),
        deleteBeforeReplace: true,
      };
    },
    create: async (op, inputs) => {
      if (op.preview) return { id: "", state: inputs };
      const spec = linkSpec(inputs);
      op.signal.throwIfAborted();
      await cabling.plug(spec);
      return { id: `${spec.a.name}:${spec.a.interface}--${spec.b.name}:${spec.b.interface}`, state: inputs };
    },
    read: async (_, id, inputs) => {
      if (inputs.a === undefined) throw new Error(`link ${id} can't be imported: plug it by \`pulumi up\``);
      const seen = await cabling.readLink(linkSpec(inputs));
      const own = { ...inputs, mtu: seen.mtu, up: seen.up, state: seen.state };
      return { id, inputs: own, state: own };
    },
    update: async (op, _, __, inputs) => {
      if (!op.preview) await cabling.plug(linkSpec(inputs));
      return inputs;
    },
    delete: async (_, __, inputs, old) => cabling.unplug(linkSpec(Object.keys(inputs).length > 0 ? inputs : old)),
  };
}
