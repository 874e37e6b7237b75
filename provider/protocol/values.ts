/**
 * Pulumi property values between their wire form (google.protobuf.Struct with signature objects) and plain JavaScript.
 *
 * Source: Pulumi SDK, sdk/proto and sdk/nodejs/runtime/rpc (signature keys and the unknown marker).
 */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Placeholder of a value that a preview does not know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

const isObject = (v: Value | undefined): v is Properties => typeof v === "object" && v !== null && !Array.isArray(v);

export function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties);
}

/** A value marked secret: the engine encrypts it in state and hides it in output. */
export function secret(value: Value): Value {
  return { [SIGNATURE]: SECRET, value };
}

/** Values without their secret and output wrappers; an output that is not known is the unknown marker. */
export function plain(value: Value): Value {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return plain(value.value ?? null);
  if (value[SIGNATURE] === OUTPUT) return value.value === undefined ? UNKNOWN : plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
}

export const plainProperties = (p: Properties): Properties => plain(p) as Properties;

export function hasSecret(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (Array.isArray(value)) return value.some(hasSecret);
  return isObject(value) && (value[SIGNATURE] === SECRET || Object.values(value).some(hasSecret));
}

export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** Every text inside secrets of `value`: what must not be shown. */
export function secretTexts(value: Value | undefined, inside = false): string[] {
  if (typeof value === "string") return inside ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((v) => secretTexts(v, inside));
  if (!isObject(value)) return [];
  return value[SIGNATURE] === SECRET
    ? secretTexts(value.value, true)
    : Object.entries(value).flatMap(([k, v]) => (k === SIGNATURE ? [] : secretTexts(v, inside)));
}

/** Secret markers of `like` put onto the same places of `value`. */
export function remark(value: Value, like: Value | undefined): Value {
  if (like === undefined || !hasSecret(like)) return value;
  if (isObject(like) && like[SIGNATURE] === SECRET) return secret(value);
  if (Array.isArray(value) && Array.isArray(like)) return value.map((v, i) => remark(v, like[i]));
  if (isObject(value) && isObject(like))
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, remark(v, like[k])]));
  return value;
}
