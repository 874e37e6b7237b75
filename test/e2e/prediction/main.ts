/** `npm run predict:live [-- FABRICS [SEED [FIRST]]]`: random fabrics run for real against their predictions. Ends with 1 if anything differs. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Tally } from "./compare";
import { startContainer } from "./container";
import { randomFabric } from "./fabrics";
import { runFabric, summary } from "./live";

async function main([count = "30", seed = String(Date.now() % 100_000), first = "0"]: string[]): Promise<number> {
  const setup = JSON.parse(readFileSync(path.join(process.cwd(), ".fabriclab", "setup.json"), "utf8")) as {
    images: { switch: string };
    imageStore: { volume: string };
  };
  console.log(`seed ${seed}`);
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
    for (let n = Number(first); n < Number(first) + Number(count); n++) {
      const fabric = randomFabric(Number(seed), n);
      const begun = Date.now();
      const found = await runFabric(container, fabric, tally);
      total += found.length;
      console.log(
        `${n}: ${fabric.title}: ${found.length === 0 ? "as predicted" : `${found.length} differences`} (${((Date.now() - begun) / 1000).toFixed(1)} s)`,
      );
      for (const each of found) console.log(`  ${each}`);
    }
  } finally {
    await container.remove();
  }
  console.log(summary(Number(count), tally, total));
  return total === 0 ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
