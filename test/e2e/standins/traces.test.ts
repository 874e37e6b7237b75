/** A program that fails names the place in its source, run as labs run their program: bundled, launched, preloaded. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { bundle } from "../../../build/bundle";
import { built, root, suite } from "./binaries";
import { Workspace } from "./workspace";

const SOURCE = `import * as pulumi from "@pulumi/pulumi";

export function fail(later: boolean): void {
  if (later) pulumi.output(1).apply(() => broken());
  else broken();
}
function broken(): never {
  throw new Error("told by the program");
}
`;
const LINE = SOURCE.split("\n").findIndex((line) => line.includes("throw")) + 1;

suite({ pulumi: built("pulumi", "pulumi") })("an error of the program", () => {
  let w: Workspace;
  beforeAll(async () => {
    w = await Workspace.open();
    const program = w.file("program");
    writeFileSync(path.join(program, "failing.ts"), SOURCE);
    const entry = path.join(program, "failing.ts");
    const options = { external: ["@pulumi/*"] };
    await bundle(root, { name: "failing", entry, executable: false, options }, program);
    const preload = path.join(root, "dist", "startup", "preload.js");
    writeFileSync(
      path.join(program, "Pulumi.yaml"),
      `name: standins\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --require ${preload}\n`,
    );
  });
  afterAll(() => w?.close());

  const place = new RegExp(`failing\\.ts:${LINE}:\\d+`);
  test.each([
    ["while it is read", false],
    ["in what runs later", true],
  ])("%s", async (_, later) => {
    w.program(`require("./failing").fail(${later})`);
    const { code, stdout, stderr } = await w.pulumi(["preview"], null);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("told by the program");
    expect(stdout + stderr).toMatch(place);
  });
});
