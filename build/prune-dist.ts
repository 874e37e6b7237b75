/** Takes out of dist/ what has no source any more: a module that became a folder would else stay in its folder's way. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";

const dist = path.join(__dirname, "..");
const root = path.join(dist, "..");

for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".js") || file.startsWith(`bundle${path.sep}`)) continue;
  if (!existsSync(path.join(root, file.replace(/\.js$/, ".ts")))) rmSync(path.join(dist, file));
}
