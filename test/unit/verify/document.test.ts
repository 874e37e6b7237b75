import { readFileSync } from "node:fs";
import * as path from "node:path";
import { CHECKS } from "../../../verify/checks";

test("docs/verify.md lists every check, in the order in which they are made, and no other", () => {
  const text = readFileSync(path.join(__dirname, "..", "..", "..", "docs", "verify.md"), "utf8");
  const listed = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id);
  expect(listed).toEqual(CHECKS.map(({ id }) => id));
});
