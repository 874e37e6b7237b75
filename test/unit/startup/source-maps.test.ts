import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { buildSync } from "esbuild";
import { mapped } from "../../../startup/source-maps";

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
