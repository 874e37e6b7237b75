/** A few random fabrics of real FRR routers against their predictions; `npm run predict:live` runs thirty. */
import { readSetup } from "../../../pulumi/environment";
import { root } from "../support";
import { startContainer, type Container } from "./container";
import type { Tally } from "./compare";
import { randomFabric } from "./fabrics";
import { runFabric } from "./live";

/** A seed whose first fabrics are small: distinct and shared AS numbers, iBGP, loopbacks as neighbors, drained switches, aggregates, nodes in a mesh and behind a listening range. */
const SEED = 1;
const FABRICS = [0, 1, 2, 3];

describe("random fabrics run for real", () => {
  let container: Container | undefined;
  const tally: Tally = { sessions: 0, received: 0, paths: 0, routes: 0, unsettled: 0 };
  beforeAll(async () => {
    const { images, imageStore } = readSetup(root);
    container = await startContainer(images.switch, imageStore.volume, `fabriclab-prediction-${process.pid}`);
  });
  afterAll(async () => {
    await container?.remove();
  });

  test.each(FABRICS.map((n) => [randomFabric(SEED, n).title, n] as const))("%s: as predicted", async (_, n) => {
    expect(await runFabric(container!, randomFabric(SEED, n), tally)).toEqual([]);
  });
});
