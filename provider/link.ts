import type { Driver, LinkSpec } from "./drivers/driver";
import { changes, under } from "./protocol/diff";
import type { CheckFailure, Resource } from "./protocol/serve";
import { plainProperties, UNKNOWN, type Properties } from "./protocol/values";

const INPUTS = ["a", "b", "mtu", "up", "impairment"];
const IMPAIRMENT = ["delayMs", "jitterMs", "lossPercent", "rateMbit"];
/** IFNAMSIZ of Linux less its terminator. */
const NAME_LENGTH = 15;

export function linkSpec(inputs: Properties): LinkSpec {
  const p = plainProperties(inputs);
  const end = (side: "a" | "b"): LinkSpec["a"] => { const e = p[side] as Properties; return { driverId: e.machine as string, name: e.name as string, interface: e.interface as string }; };
  return { a: end("a"), b: end("b"), mtu: p.mtu as number, up: p.up as boolean, impairment: (p.impairment ?? null) as LinkSpec["impairment"] };
}

function check(inputs: Properties): CheckFailure[] {
  const p = plainProperties(inputs), failures: CheckFailure[] = [];
  const fail = (property: string, reason: string): void => { failures.push({ property, reason: `${property}: ${reason}` }); };
  for (const key of Object.keys(p)) if (!INPUTS.includes(key)) fail(key, `no such property; a Link has ${INPUTS.join(", ")}`);
  for (const side of ["a", "b"] as const) {
    const end = (p[side] ?? {}) as Properties;
    for (const key of ["machine", "name", "interface"]) if (typeof end[key] !== "string" || end[key] === "") fail(`${side}.${key}`, "required, a string");
    if (typeof end.interface === "string" && (end.interface.length > NAME_LENGTH || /[\s/]/.test(end.interface))) fail(`${side}.interface`, `"${end.interface}" is not an interface name: at most ${NAME_LENGTH} characters, no blanks or slashes`);
  }
  const [a, b] = [p.a as Properties | undefined, p.b as Properties | undefined];
  if (a?.name !== undefined && a.name === b?.name && a.interface === b?.interface) fail("b", `both ends are ${String(a.name)} ${String(a.interface)}: a cable needs two`);
  if (p.mtu !== UNKNOWN && !(typeof p.mtu === "number" && p.mtu >= 68 && p.mtu <= 65535)) fail("mtu", `${String(p.mtu)}: from 68 (RFC 791) to 65535`);
  for (const key of Object.keys((p.impairment ?? {}) as Properties)) if (!IMPAIRMENT.includes(key)) fail(`impairment.${key}`, `no such property; there are ${IMPAIRMENT.join(", ")}`);
  return failures;
}

/** `fabriclab:index:Link`: a cable between two machine interfaces. MTU, admin state and impairment change in place. */
export function linkResource(driver: Driver): Resource {
  const connected = (inputs: Properties): Properties => ({ ...inputs, state: "connected" });
  return {
    check: (_, inputs) => ({ inputs: { mtu: 1500, up: true, ...inputs }, failures: check({ mtu: 1500, up: true, ...inputs }) }),
    diff: (_, __, before, inputs, ignore) => {
      const found = changes(plainProperties(before.inputs), plainProperties(inputs));
      for (const path of [...found.keys()]) if (ignore.some((i) => under(path, i))) found.delete(path);
      if (plainProperties(before.state).state !== "connected") found.set("state", "update");
      return { changes: found, replace: [...found.keys()].filter((path) => under(path, "a") || under(path, "b")), deleteBeforeReplace: true };
    },
    create: async (op, inputs) => {
      if (op.preview) return { id: "", state: connected(inputs) };
      const spec = linkSpec(inputs);
      await driver.plug(spec);
      return { id: `${spec.a.name}:${spec.a.interface}--${spec.b.name}:${spec.b.interface}`, state: connected(inputs) };
    },
    read: async (_, id, inputs) => {
      const seen = await driver.readLink(linkSpec(inputs));
      const own = { ...inputs, mtu: seen.mtu, up: seen.up };
      return { id, inputs: own, state: { ...own, state: seen.state } };
    },
    update: async (op, _, __, inputs) => {
      if (!op.preview) await driver.plug(linkSpec(inputs));
      return connected(inputs);
    },
    delete: async (_, __, inputs, old) => driver.unplug(linkSpec(Object.keys(inputs).length > 0 ? inputs : old)),
  };
}
