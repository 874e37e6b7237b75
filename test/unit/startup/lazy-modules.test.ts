import { isLazy, lazyModule } from "../../../startup/lazy-modules";

describe("a module that is not loaded yet", () => {
  const real = { a: 1, f: () => "called" };
  Object.defineProperty(real, "fixed", { value: "yes", enumerable: true, writable: false, configurable: false });
  let loads: number;
  let module: Record<string, unknown>;
  beforeEach(() => {
    loads = 0;
    module = lazyModule(() => {
      loads++;
      return real;
    }) as Record<string, unknown>;
  });

  test("is not loaded by what compiled code asks of every module", () => {
    expect(module["__esModule"]).toBe(true);
    expect(loads).toBe(0);
  });
  test("is loaded once, by the first use", () => {
    expect(module["a"]).toBe(1);
    expect((module["f"] as () => string)()).toBe("called");
    expect(loads).toBe(1);
  });
  test("is complete: keys, spread, descriptors, `in`", () => {
    expect(Object.keys(module)).toEqual(["a", "f", "fixed"]);
    expect({ ...module }).toEqual({ a: 1, f: real.f, fixed: "yes" });
    expect(Object.getOwnPropertyDescriptor(module, "fixed")).toMatchObject({ value: "yes", enumerable: true });
    expect(Object.getOwnPropertyDescriptor(module, "none")).toBeUndefined();
    expect("a" in module && !("none" in module)).toBe(true);
    expect(Object.hasOwn(module, "a")).toBe(true);
  });
  test("takes assignments, as the module itself does", () => {
    module["later"] = 2;
    expect((real as Record<string, unknown>)["later"]).toBe(2);
    delete module["later"];
    expect("later" in real).toBe(false);
  });
});

test.each([
  ["./automation", "/x/node_modules/@pulumi/pulumi/index.js", true],
  ["./automation", "/x/node_modules/another/index.js", false],
  ["./automation", "/x/node_modules/@pulumi/pulumi-something/index.js", false],
  ["./automation", undefined, false],
  ["typescript", "/x/node_modules/@pulumi/pulumi/runtime/closure/createClosure.js", true],
  ["typescript", "/x/my-program.js", false],
  ["./resource", "/x/node_modules/@pulumi/pulumi/index.js", false],
])("%s asked for by %s", (request, parent, left) =>
  expect(isLazy(request, parent, "/x/node_modules/@pulumi/pulumi")).toBe(left),
);
