import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { Failure } from "./errors";

/** Name of the Pulumi project: first half of the label that everything of a lab carries. */
export const PROJECT = "fabriclab";

const isRoot = (dir: string): boolean =>
  existsSync(path.join(dir, "Pulumi.yaml")) &&
  /^name: *fabriclab *$/m.test(readFileSync(path.join(dir, "Pulumi.yaml"), "utf8"));

/**
 * The checkout to work in: the one this program was built in, else the one the current folder lies in.
 *
 * @throws Failure outside of any
 */
export function findRoot(from: string = process.cwd(), built: string = path.join(__dirname, "..", "..")): string {
  if (isRoot(built)) return path.resolve(built);
  for (let dir = path.resolve(from); ; dir = path.dirname(dir)) {
    if (isRoot(dir)) return dir;
    if (dir === path.dirname(dir))
      throw new Failure(
        "no fabriclab checkout here (no Pulumi.yaml of project fabriclab in this folder or above)",
        "go to the checkout's folder",
      );
  }
}
