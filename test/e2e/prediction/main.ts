/**
 * `npm run predict:live [-- FABRICS [SEED [FIRST]]]` runs random fabrics for real against their predictions, `npm run predict:live -- FILE...` the labs of stack
 * files. Ends with 1 if anything differs.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { refusedLab } from "../../../plan";
import type { Tally } from "./compare";
import { startContainer } from "./container";
import { randomFabric, type Fabric } from "./fabrics";
import { runFabric, summary } from "./live";

/** Characters of a difference that are shown: an AS path may fill pages. */
const WIDTH = 300;

/** What the command line asks for: labs of stack files, or random fabrics. */
function fabricsOf(args: readonly string[]): readonly (() => Fabric)[] {
  const [count = "30", seed = String(Date.now() % 100_000), first = "0"] = args;
  if (!/^\d+$/.test(count)) return args.map((file) => () => fabricOfFile(file));
  console.log(`seed ${seed}`);
  return Array.from({ length: Number(count) }, (_, i) => () => randomFabric(Number(seed), Number(first) + i));
}

/** The lab of a stack file, which rules may refuse. */
function fabricOfFile(file: string): Fabric {
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const lab = refusedLab(config["fabriclab:lab"]);
  if (lab === null) throw new Error(`${file} is no spec: \`fabriclab check --file ${file}\` says why`);
  return { title: path.basename(file), plan: lab.plan, broken: null };
}

async function main(args: string[]): Promise<number> {
  const fabrics = fabricsOf(args);
  const setup = JSON.parse(readFileSync(path.join(process.cwd(), ".fabriclab", "setup.json"), "utf8")) as {
    images: { switch: string };
    imageStore: { volume: string };
  };
  const container = await startContainer(
    setup.images.switch,
    setup.imageStore.volume,
    `fabriclab-prediction-${process.pid}`,
  );
  const tally: Tally = { sessions: 0, received: 0, paths: 0, routes: 0, unsettled: 0 };
  let total = 0;
  const stop = (): void => {
    void container.remove().finally(() => process.exit(130));
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    for (const [n, make] of fabrics.entries()) {
      const fabric = make();
      const begun = Date.now();
      const found = await runFabric(container, fabric, tally);
      total += found.length;
      console.log(
        `${n}: ${fabric.title}: ${found.length === 0 ? "as predicted" : `${found.length} differences`} (${((Date.now() - begun) / 1000).toFixed(1)} s)`,
      );
      for (const each of found) console.log(`  ${each.slice(0, WIDTH)}`);
    }
  } finally {
    await container.remove();
  }
  console.log(summary(fabrics.length, tally, total));
  return total === 0 ? 0 : 1;
}

// Whoever reads the output may stop reading: the container is removed all the same.
process.stdout.on("error", () => undefined);
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
