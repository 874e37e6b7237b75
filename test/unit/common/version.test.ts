import { readFileSync } from "node:fs";
import * as path from "node:path";
import { FABRICLAB_VERSION } from "../../../common/version";

test("the version that plugins tell is that of the package", () => {
  const file = path.join(__dirname, "..", "..", "..", "package.json");
  expect(FABRICLAB_VERSION).toBe((JSON.parse(readFileSync(file, "utf8")) as { version: string }).version);
});
