import fc from "fast-check";
import { changes, under } from "../../../provider/protocol/diff";
import { UNKNOWN, type Value } from "../../../provider/protocol/values";

const diff = (a: Value, b: Value): Record<string, string> => Object.fromEntries(changes(a, b));

describe("detailed diff", () => {
  test.each<[string, Value, Value, Record<string, string>]>([
    ["nothing", { a: [1, { b: "x" }] }, { a: [1, { b: "x" }] }, {}],
    ["a leaf", { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, { "spec.replicas": "update" }],
    [
      "one element of a list",
      { spec: { ports: [{ port: 1 }, { port: 2 }] } },
      { spec: { ports: [{ port: 1 }, { port: 3 }] } },
      { "spec.ports[1].port": "update" },
    ],
    ["a longer list", { l: [1] }, { l: [1, 2] }, { "l[1]": "add" }],
    ["a shorter list", { l: [1, 2] }, { l: [1] }, { "l[1]": "delete" }],
    [
      "keys that are no identifiers",
      { labels: {} },
      { labels: { "app.kubernetes.io/name": "x" } },
      { 'labels["app.kubernetes.io/name"]': "add" },
    ],
    ["quotes in keys", {}, { 'say "hi"': 1 }, { '["say \\"hi\\""]': "add" }],
    ["an object gone", { a: { b: 1 } }, {}, { a: "delete" }],
    ["another type", { a: { b: 1 } }, { a: [1] }, { a: "update" }],
    ["null is the same as nothing", { a: null }, {}, {}],
    ["but not in a list", { l: [] }, { l: [null] }, { "l[0]": "add" }],
    ["null made a value", { a: null }, { a: 1 }, { a: "add" }],
    [
      "a value that is not known yet",
      { a: "x", b: { c: 1 } },
      { a: UNKNOWN, b: UNKNOWN },
      { a: "update", b: "update" },
    ],
  ])("%s", (_, before, after, expected) => expect(diff(before, after)).toEqual(expected));

  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(
        fc.string({ minLength: 1, maxLength: 4 }).filter((k) => k !== "__proto__"),
        tie("value"),
        { maxKeys: 3 },
      ),
    ),
  })).value;

  test("a value does not differ from its copy", () =>
    fc.assert(fc.property(value, (v) => changes(v, JSON.parse(JSON.stringify(v)) as Value).size === 0)));
  test("what differs is found", () =>
    fc.assert(
      fc.property(
        value,
        value,
        (a, b) => (changes(a, b).size === 0) === (JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))),
      ),
    ));

  test("under: a path and those below it, not its namesakes", () => {
    expect([
      under("spec.selector.a", "spec.selector"),
      under("spec", "spec"),
      under("triggers[0]", "triggers"),
      under("specials", "spec"),
    ]).toEqual([true, true, true, false]);
  });
});

function sorted(v: Value): Value {
  if (Array.isArray(v)) return v.map(sorted);
  return typeof v === "object" && v !== null
    ? Object.fromEntries(
        Object.entries(v)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([k, x]) => [k, sorted(x)]),
      )
    : v;
}
