/** Last step of `npm run build`: bundles every program that is started as one file. */
import * as path from "node:path";
import { bundle } from "./bundle";
import { PROGRAMS } from "./bundles";

const root = path.join(__dirname, "..", "..");

async function main(): Promise<void> {
  await Promise.all(Object.values(PROGRAMS).map((program) => bundle(root, program)));
}

void main();
