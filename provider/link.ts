import type { Driver, LinkEnd, LinkSpec } from "./drivers/driver";
import { checkInputs, linkInputs } from "./inputs";
import { changes, under } from "./protocol/diff";
import type { Resource } from "./protocol/serve";
import { plainProperties, type Properties } from "./protocol/values";

const DEFAULTS = { mtu: 1500, up: true };
/** What every cable is meant to be, added to the inputs by the check, so that a refresh and a preview show it beside what is. */
const WANTED = { state: "connected" };

/** Inputs that have passed the check, as the driver takes them. */
export function linkSpec(inputs: Properties): LinkSpec {
  const p = plainProperties(inputs);
  const end = (side: "a" | "b"): LinkEnd => {
    const { machine, ...e } = p[side] as { machine: string; name: string; interface: string };
    return { ...e, driverId: machine };
  };
  return {
    a: end("a"),
    b: end("b"),
    mtu: p.mtu as number,
    up: p.up as boolean,
    impairment: (p.impairment ?? null) as LinkSpec["impairment"],
  };
}

/** `fabriclab:index:Link`: a cable between two machine interfaces. MTU, admin state and impairment change in place; another end is another cable. */
export function linkResource(driver: Driver): Resource {
  return {
    check: (_, given) => {
      const inputs = { ...DEFAULTS, ...given };
      return { inputs: { ...inputs, ...WANTED }, failures: checkInputs("Link", linkInputs, inputs) };
    },
    diff: (_, __, before, inputs, ignore) => {
      const found = changes(plainProperties(before.inputs), plainProperties(inputs));
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
      await driver.plug(spec);
      return { id: `${spec.a.name}:${spec.a.interface}--${spec.b.name}:${spec.b.interface}`, state: inputs };
    },
    read: async (_, id, inputs) => {
      if (inputs.a === undefined) throw new Error(`link ${id} can't be imported: plug it by \`pulumi up\``);
      const seen = await driver.readLink(linkSpec(inputs));
      const own = { ...inputs, mtu: seen.mtu, up: seen.up, state: seen.state };
      return { id, inputs: own, state: own };
    },
    update: async (op, _, __, inputs) => {
      if (!op.preview) await driver.plug(linkSpec(inputs));
      return inputs;
    },
    delete: async (_, __, inputs, old) => driver.unplug(linkSpec(Object.keys(inputs).length > 0 ? inputs : old)),
  };
}
