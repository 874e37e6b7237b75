import {
  fromStruct,
  hasSecret,
  hasUnknown,
  plain,
  remark,
  secret,
  secretTexts,
  toStruct,
  UNKNOWN,
  type Properties,
  type Value,
} from "../../../provider/protocol/values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const output = (value?: Value): Value => ({
  [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  ...(value === undefined ? {} : { value }),
});

describe("property values", () => {
  test("survive the wire, secrets, unknowns and assets included", () => {
    const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "abc", path: "/file" };
    const properties: Properties = {
      n: 1.5,
      t: true,
      none: null,
      list: ["a", { b: 2 }],
      hidden: secret({ key: "k" }),
      later: UNKNOWN,
      asset,
    };
    expect(fromStruct(toStruct(properties))).toEqual(properties);
    expect(fromStruct(undefined)).toEqual({});
  });

  test("plain takes markers off at any depth; an output without a value is not known", () => {
    expect(plain({ a: secret({ b: secret("x") }), c: [output("y"), output()] })).toEqual({
      a: { b: "x" },
      c: ["y", UNKNOWN],
    });
  });

  test("find secrets and unknowns inside", () => {
    expect([hasSecret({ a: [{ b: secret(1) }] }), hasSecret({ a: 1 }), hasSecret(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([hasUnknown({ a: [UNKNOWN] }), hasUnknown({ a: "x" })]).toEqual([true, false]);
    expect(secretTexts({ a: "open", b: secret({ c: "one", d: ["two", 3] }), e: [secret("three")] })).toEqual([
      "one",
      "two",
      "three",
    ]);
  });

  test("remark puts secrets back where they were", () => {
    expect(remark({ a: "live", b: "more", c: ["x", "y"] }, { a: secret("given"), c: ["x", secret("z")] })).toEqual({
      a: secret("live"),
      b: "more",
      c: ["x", secret("y")],
    });
    expect(remark({ a: { b: 1 } }, secret({ a: { b: 0 } }))).toEqual(secret({ a: { b: 1 } }));
    expect(remark({ a: 1 }, undefined)).toEqual({ a: 1 });
  });
});
