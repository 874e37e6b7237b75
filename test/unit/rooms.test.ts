import { circlesIn, importsOf, sourceFiles, textOf } from "./sources";

/** A room is a top-level folder; the files of the checkout's own folder are one room, the program. */
const PROGRAM = "the program";
const roomOf = (file: string): string => (file.includes("/") ? file.slice(0, file.indexOf("/")) : PROGRAM);

/** What each room may import, by the table of rooms in docs/architecture.md. A room that is not here is only kept out of circles. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  common: [],
  "lab-spec": [],
  ssh: [],
  docker: ["common"],
  platforms: [],
  plan: ["lab-spec", "platforms"],
  report: ["common", "lab-spec", "plan"],
  policy: ["build", "lab-spec", "plan", "startup"],
  configuration: ["common"],
  verify: ["common", "configuration", "lab-spec", "plan", "platforms", "ssh"],
  drill: ["common", "lab-spec", "plan", "ssh", "verify"],
  components: ["common", "lab-spec", "plan", "provider", "report"],
  provider: ["common", "configuration", "docker", "platforms", "ssh", "startup"],
  pulumi: ["common", "lab-spec", "plan", "provider", "report", "ssh", "startup"],
};

/** Rooms that nothing stands on: what they hold is for people at a terminal, or for one run. `components` are the program's own. */
const TOPS: Readonly<Record<string, readonly string[]>> = {
  cli: [],
  bench: [],
  policy: [],
  test: [],
  components: [PROGRAM, "bench"],
};

const files = sourceFiles();
const all = new Set(files);
const imports = files.flatMap((file) => importsOf(file, all).map((target) => ({ file, target })));
const between = imports
  .map(({ file, target }) => ({ file, target, from: roomOf(file), to: roomOf(target) }))
  .filter(({ from, to }) => from !== to);

test("every import of the sources is seen, whichever way it is written", () => {
  const text = `
    import a from "./a"; import type { B } from "./b"; export { c } from "./c";
    const d = lazy<typeof import("./d")>(require, "./d"); const e = require("./e"); let f: import("./f").F;
    void import("./g");`;
  const known = new Set("abcdefg".split("").map((name) => `room/${name}.ts`));
  expect(new Set(importsOf("room/file.ts", known, text))).toEqual(known);
});

test("rooms are read from a tree that has them all", () => {
  const rooms = new Set(files.map(roomOf));
  expect(Object.keys(MAY_IMPORT).filter((room) => !rooms.has(room))).toEqual([]);
  expect(imports.length).toBeGreaterThan(files.length);
});

test.each(Object.entries(MAY_IMPORT))("%s imports only what it may", (room, allowed) => {
  const forbidden = between.filter(({ from, to }) => from === room && !allowed.includes(to));
  expect(forbidden.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test.each(Object.entries(TOPS))("%s is imported by nobody but those that may", (room, allowed) => {
  const forbidden = between.filter(({ from, to }) => to === room && !allowed.includes(from));
  expect(forbidden.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("no rooms import one another in a circle", () => {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of between) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  expect(circlesIn(graph)).toEqual([]);
});

test("no files import one another in a circle", () => {
  const graph = new Map(
    files.map((file) => [file, new Set(imports.filter((each) => each.file === file).map((each) => each.target))]),
  );
  expect(circlesIn(graph)).toEqual([]);
});

test("circles are found", () => {
  const graph = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c"])],
    ["c", new Set(["a", "d"])],
    ["d", new Set<string>()],
  ]);
  expect(circlesIn(graph)).toEqual([["a", "b", "c"]]);
});

test("a module that is loaded late is the one that its type says", () => {
  const late = files.flatMap((file) =>
    [...textOf(file).matchAll(/lazy<typeof import\("([^"]+)"\)>\(\s*require,\s*"([^"]+)",?\s*\)/g)].map(
      ([, type, value]) => ({ file, type, value }),
    ),
  );
  expect(late.filter(({ type, value }) => type !== value)).toEqual([]);
});
