import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as fastStruct from "../../../startup/fast-struct";
import * as lazyModules from "../../../startup/lazy-modules";
import * as policyParts from "../../../startup/policy-parts";
import { isPlain, mayPatch } from "../../../startup/plain";

const patched = { library: "some-library", version: "1.2.3" };
let said: string;
beforeEach(() => {
  said = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env["FABRICLAB_PLAIN"];
});

test.each([
  [undefined, false],
  ["", false],
  ["0", false],
  ["1", true],
])("FABRICLAB_PLAIN=%s", (value, plain) =>
  expect(isPlain(value === undefined ? {} : { FABRICLAB_PLAIN: value })).toBe(plain),
);

test.each(["1.2.3", "v1.2.3"])("version %s is patched, without a word", (found) => {
  expect(mayPatch("this part", patched, found)).toBe(true);
  expect(said).toBe("");
});

test("another version is not patched, and that is said", () => {
  expect(mayPatch("this part", patched, "1.2.4")).toBe(false);
  expect(said).toBe("fabriclab: this part is patched for some-library 1.2.3, found 1.2.4: running unpatched\n");
});

test("a plain run patches nothing, and says nothing", () => {
  process.env["FABRICLAB_PLAIN"] = "1";
  expect(mayPatch("this part", patched, "1.2.3")).toBe(false);
  expect(said).toBe("");
});

test.each([fastStruct.STRUCT_LIBRARY, lazyModules.LOADED_LIBRARY, ...policyParts.POLICY_LIBRARIES])(
  "the patch of $library is for the version that is installed",
  ({ library, version }) => {
    const manifest = path.join(__dirname, "../../../node_modules", library, "package.json");
    const installed = (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
    expect(installed.replace(/^v/, "")).toBe(version);
  },
);
