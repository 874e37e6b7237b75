/**
 * Property values straight between protobuf's wire form and plain JavaScript.
 *
 * google-protobuf makes five objects of every value inside a `google.protobuf.Struct`. A preview of an unchanged lab sends some 100,000 values
 * to and fro (the schemas of Calico's custom resources are large) and spent most of its time there. After `useFastStructs()` a Struct keeps its
 * bytes as they came or the value it was made of, and converts in one pass when asked. Everything else of the library stays as it is.
 * Without it a no-op preview of the dev lab takes 12 % longer (wall time, median of pairs, Node.js 20, official kubernetes plugin).
 *
 * Wire form: https://protobuf.dev/programming-guides/encoding/ and google/protobuf/struct.proto.
 */
import { BinaryReader, type BinaryWriter } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { version } from "google-protobuf/package.json";
import { mayPatch, type Patched } from "./plain";

export const STRUCT_LIBRARY: Patched = { library: "google-protobuf", version: "3.21.4" };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Tags: field number and wire type. */
const FIELDS = 0x0a;
const KEY = 0x0a;
const VALUE = 0x12;
const NULL = 0x08;
const NUMBER = 0x11;
const STRING = 0x1a;
const BOOL = 0x20;
const STRUCT = 0x2a;
const LIST = 0x32;
const ELEMENTS = 0x0a;

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

function varint(from: Cursor): number {
  let result = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = from.bytes[from.at++];
    if (byte === undefined) throw new RangeError("a property value ends too early");
    result += (byte & 0x7f) * scale;
    if (byte < 0x80) return result;
  }
}

/** Calls `field` with each tag up to the end; it must read the field. */
function eachField(from: Cursor, end: number, field: (tag: number) => void): void {
  while (from.at < end) field(varint(from));
}

function readStruct(from: Cursor, end: number): { [key: string]: Json } {
  const result: { [key: string]: Json } = {};
  eachField(from, end, (tag) => {
    if (tag !== FIELDS) throw new RangeError(`unknown field ${tag} of a Struct`);
    const entryEnd = varint(from) + from.at;
    let key = "";
    let value: Json = null;
    eachField(from, entryEnd, (part) => {
      const length = varint(from);
      if (part === KEY) key = text(from, length);
      else if (part === VALUE) value = readValue(from, from.at + length);
      else throw new RangeError(`unknown field ${part} of a map entry`);
    });
    result[key] = value;
  });
  return result;
}

function readValue(from: Cursor, end: number): Json {
  let result: Json = null;
  eachField(from, end, (tag) => {
    switch (tag) {
      case NULL:
        varint(from);
        result = null;
        break;
      case BOOL:
        result = varint(from) !== 0;
        break;
      case NUMBER:
        result = from.bytes.readDoubleLE(from.at);
        from.at += 8;
        break;
      case STRING:
        result = text(from, varint(from));
        break;
      case STRUCT: {
        const length = varint(from);
        result = readStruct(from, from.at + length);
        break;
      }
      case LIST: {
        const length = varint(from);
        result = readList(from, from.at + length);
        break;
      }
      default:
        throw new RangeError(`unknown field ${tag} of a Value`);
    }
  });
  return result;
}

function readList(from: Cursor, end: number): Json[] {
  const result: Json[] = [];
  eachField(from, end, (tag) => {
    if (tag !== ELEMENTS) throw new RangeError(`unknown field ${tag} of a ListValue`);
    const length = varint(from);
    result.push(readValue(from, from.at + length));
  });
  return result;
}

function text(from: Cursor, length: number): string {
  const start = from.at;
  from.at += length;
  return from.bytes.toString("utf8", start, from.at);
}

/** A buffer that is written from its end to its start: a length is known when what it measures has been written. */
class Backwards {
  private bytes = Buffer.allocUnsafe(4096);
  private at = 4096;

  get length(): number {
    return this.bytes.length - this.at;
  }
  get result(): Buffer {
    return this.bytes.subarray(this.at);
  }

  private room(count: number): void {
    if (this.at >= count) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, larger.length - this.length, this.at);
    this.at += larger.length - this.bytes.length;
    this.bytes = larger;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[--this.at] = value;
  }

  varint(value: number): void {
    let count = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) count++;
    this.room(count);
    this.at -= count;
    for (let i = 0, rest = value; i < count; i++, rest = Math.floor(rest / 128))
      this.bytes[this.at + i] = (rest % 128) + (i < count - 1 ? 128 : 0);
  }

  double(value: number): void {
    this.room(8);
    this.at -= 8;
    this.bytes.writeDoubleLE(value, this.at);
  }

  text(value: string): void {
    const count = Buffer.byteLength(value);
    this.room(count);
    this.at -= count;
    this.bytes.write(value, this.at, count, "utf8");
    this.varint(count);
  }
}

function writeStruct(to: Backwards, struct: object): void {
  const entries = Object.entries(struct);
  for (let i = entries.length - 1; i >= 0; i--) {
    const [key, value] = entries[i]!;
    const end = to.length;
    writeMessage(to, VALUE, () => {
      writeValue(to, value);
    });
    to.text(key);
    to.byte(KEY);
    to.varint(to.length - end);
    to.byte(FIELDS);
  }
}

function writeMessage(to: Backwards, tag: number, write: () => void): void {
  const end = to.length;
  write();
  to.varint(to.length - end);
  to.byte(tag);
}

function writeValue(to: Backwards, value: unknown): void {
  if (value === null) {
    to.byte(0);
    to.byte(NULL);
  } else if (typeof value === "string") {
    to.text(value);
    to.byte(STRING);
  } else if (typeof value === "number") {
    to.double(value);
    to.byte(NUMBER);
  } else if (typeof value === "boolean") {
    to.byte(value ? 1 : 0);
    to.byte(BOOL);
  } else if (Array.isArray(value))
    writeMessage(to, LIST, () => {
      for (let i = value.length - 1; i >= 0; i--)
        writeMessage(to, ELEMENTS, () => {
          writeValue(to, value[i]);
        });
    });
  else if (typeof value === "object")
    writeMessage(to, STRUCT, () => {
      writeStruct(to, value);
    });
  else throw new TypeError(`a property can't be of type ${typeof value}`);
}

/** Plain value of a Struct's bytes. @throws RangeError where they are none */
export function decodeStruct(bytes: Uint8Array): { [key: string]: Json } {
  return readStruct({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 }, bytes.byteLength);
}

/** Bytes of a plain value. @throws TypeError for what has no JSON form */
export function encodeStruct(value: object): Buffer {
  const to = new Backwards();
  writeStruct(to, value);
  return to.result;
}

/** What a Struct holds beside the library's own fields: its bytes, until somebody looks inside. */
interface Held {
  held?: Uint8Array | undefined;
}
const holding = (struct: Struct): Held => struct as unknown as Held;

/** Makes every `google.protobuf.Struct` of this process convert in one pass. */
export function useFastStructs(): void {
  if (!mayPatch("conversion of property values", STRUCT_LIBRARY, version)) return;
  const slow = {
    read: Struct.deserializeBinaryFromReader,
    write: Struct.serializeBinaryToWriter,
    fields: Struct.prototype.getFieldsMap,
  };
  const unpack = (struct: Struct): void => {
    const { held } = holding(struct);
    holding(struct).held = undefined;
    if (held !== undefined) slow.read(struct, new BinaryReader(held));
  };
  Struct.deserializeBinaryFromReader = (struct: Struct, reader: BinaryReader): Struct => {
    const start = reader.getCursor();
    while (reader.nextField()) reader.skipField();
    holding(struct).held = reader.getBuffer().subarray(start, reader.getCursor());
    return struct;
  };
  Struct.serializeBinaryToWriter = (struct: Struct, writer: BinaryWriter): void => {
    const { held } = holding(struct);
    if (held === undefined) slow.write(struct, writer);
    else writer.writeSerializedMessage(held, 0, held.length);
  };
  Struct.prototype.serializeBinary = function () {
    return holding(this).held ?? encodeStruct(this.toJavaScript());
  };
  Struct.prototype.getFieldsMap = function (...args: []) {
    unpack(this);
    return slow.fields.apply(this, args);
  };
  const javaScript = Struct.prototype.toJavaScript;
  Struct.prototype.toJavaScript = function () {
    const { held } = holding(this);
    return held === undefined ? javaScript.call(this) : decodeStruct(held);
  };
  Struct.fromJavaScript = (value: object): Struct => {
    const struct = new Struct();
    holding(struct).held = encodeStruct(value);
    return struct;
  };
}
