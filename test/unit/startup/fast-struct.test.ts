import { BinaryReader, BinaryWriter } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { decodeStruct, encodeStruct, useFastStructs } from "../../../startup/fast-struct";

type Plain = Parameters<typeof Struct.fromJavaScript>[0];

/** Any property value: what JSON can say, keys that are no prototype's. */
const properties = fc
  .dictionary(
    fc.string(),
    fc.jsonValue({ noUnicodeString: false }).filter((value) => !JSON.stringify(value).includes("__proto__")),
  )
  .filter((value) => !("__proto__" in value));
/** JSON has one zero only. */
const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

// The library's own conversion, before anything is replaced.
const slow = {
  encode: (value: object) => Struct.fromJavaScript(value as Plain).serializeBinary(),
  decode: (bytes: Uint8Array) => Struct.deserializeBinary(bytes).toJavaScript(),
};
const library = { read: Struct.deserializeBinaryFromReader, from: Struct.fromJavaScript };

describe("property values in one pass", () => {
  // google-protobuf sorts the keys, so that bytes differ in their order alone.
  test("google-protobuf reads what is written", () => {
    expect(Struct.fromJavaScript).toBe(library.from);
    fc.assert(
      fc.property(properties, (value) => {
        const bytes = encodeStruct(value);
        expect(bytes).toHaveLength(slow.encode(value).length);
        expect(normal(slow.decode(bytes))).toEqual(normal(value));
      }),
    );
  });

  test("values are those of google-protobuf", () => {
    fc.assert(
      fc.property(properties, (value) => {
        const bytes = slow.encode(value);
        expect(normal(decodeStruct(bytes))).toEqual(normal(slow.decode(bytes)));
      }),
    );
  });

  test.each([
    ["long texts and keys", { ["k".repeat(300)]: "v".repeat(70000), umlaut: "Ä€😀".repeat(5000) }],
    ["numbers", { zero: 0, negative: -1.5, large: 2 ** 53, small: 1e-300 }],
    ["deep nesting", { a: [[[{ b: [{}, [], null, true, false] }]]] }],
    ["nothing", {}],
  ])("%s", (_, value) => {
    expect(slow.decode(encodeStruct(value))).toEqual(value);
    expect(decodeStruct(slow.encode(value))).toEqual(value);
  });

  test.each([
    ["a function", { f: () => 1 }],
    ["undefined", { u: undefined }],
    ["undefined in a list", { l: [undefined] }],
  ])("%s is refused, as by google-protobuf", (_, value) => {
    expect(() => encodeStruct(value)).toThrow(TypeError);
    expect(() => library.from(value as unknown as Plain)).toThrow("Unexpected struct type");
  });

  test("bytes that end too early are refused", () => {
    const bytes = encodeStruct({ key: "value" });
    expect(() => decodeStruct(bytes.subarray(0, 3))).toThrow(RangeError);
  });
});

describe("a process that uses them", () => {
  beforeAll(useFastStructs);

  test("messages carry them whole: read, passed on, looked into", () => {
    fc.assert(
      fc.property(properties, properties, (olds, news) => {
        const request = new CheckRequest();
        request.setUrn("urn:x");
        request.setOlds(Struct.fromJavaScript(olds));
        request.setNews(Struct.fromJavaScript(news));
        request.setType("t");
        const read = CheckRequest.deserializeBinary(request.serializeBinary());
        expect([read.getUrn(), read.getType()]).toEqual(["urn:x", "t"]);
        expect(normal(read.getOlds()?.toJavaScript())).toEqual(normal(olds));
        const again = new CheckRequest();
        again.setNews(read.getNews());
        expect(normal(CheckRequest.deserializeBinary(again.serializeBinary()).getNews()?.toJavaScript())).toEqual(
          normal(news),
        );
        expect([...(read.getNews()?.getFieldsMap().keys() ?? [])].sort()).toEqual(Object.keys(news).sort());
        expect(normal(read.getNews()?.toJavaScript())).toEqual(normal(news));
      }),
    );
  });

  test("a Struct that is filled by hand is written as ever", () => {
    const struct = new Struct();
    struct.getFieldsMap().set("a", Struct.fromJavaScript({ a: 1 }).getFieldsMap().get("a")!);
    const writer = new BinaryWriter();
    Struct.serializeBinaryToWriter(struct, writer);
    const bytes = writer.getResultBuffer();
    expect(decodeStruct(bytes)).toEqual({ a: 1 });
    expect(library.read(new Struct(), new BinaryReader(bytes)).getFieldsMap().get("a")?.getNumberValue()).toBe(1);
  });
});
