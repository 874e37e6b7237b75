import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { buildSync } from "esbuild";
import { mapped, ownFrames } from "../../../startup/source-maps";

test("places of a compiled file are given in its sources; others stay", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "maps-"));
  try {
    const outfile = path.join(dir, "out.js");
    const contents = "// first\n\nexport function fail(): never {\n  throw new Error('here');\n}\n";
    buildSync({
      stdin: { contents, sourcefile: "source.ts", loader: "ts", resolveDir: dir },
      outfile,
      platform: "node",
      format: "cjs",
      minify: true,
      sourcemap: "linked",
    });
    let stack = "";
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- what was just built
      (require(outfile) as { fail(): void }).fail();
    } catch (error) {
      stack = (error as Error).stack!;
    }
    expect(mapped(stack)).toMatch(/source\.ts:4:\d+/);
    expect(mapped(stack)).not.toContain(`${outfile}:`);
    expect(mapped("at f (/nowhere/else.js:1:2)")).toBe("at f (/nowhere/else.js:1:2)");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("frames of libraries are left out, the message and the program's own frames stay", () => {
  const own =
    "Error: no such file, in /x/node_modules/y\n    at lab (/x/program.ts:64:16)\n    at readFileSync (node:fs:448:20)";
  expect(ownFrames(`${own}\n    at run (/x/node_modules/@pulumi/cmd/run/run.ts:579:20)`)).toBe(own);
});
