import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type Docker from "dockerode";
import { Context } from "../../../steps/context";
import { prune } from "../../../setup/prune";
import { keyReader } from "../../../steps/run";
import { registrySteps } from "../../../setup/setup";

const root = path.join(__dirname, "..", "..", "..");
const OLD = "0123456789abcdef";
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), "fabriclab-prune-"));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

/** An engine with images and volumes by name; those in `used` can't be removed. */
function engine(images: string[], volumes: string[], used: string[]): { docker: Docker; removed: string[] } {
  const removed: string[] = [];
  const remove = (name: string) => ({
    remove: async () => {
      if (used.includes(name)) throw Object.assign(new Error("conflict"), { statusCode: 409 });
      removed.push(name);
    },
  });
  return {
    removed,
    docker: {
      listImages: async () => images.map((tag) => ({ RepoTags: [tag] })),
      listVolumes: async () => ({ Volumes: volumes.map((Name) => ({ Name })) }),
      getImage: remove,
      getVolume: remove,
    } as unknown as Docker,
  };
}

test("removes what no recipe of this checkout makes, and nothing else", async () => {
  const keyOf: (id: string) => string = keyReader(
    registrySteps(),
    (id) =>
      new Context(
        root,
        cache,
        (x) => keyOf(x),
        id,
        () => undefined,
        new AbortController().signal,
      ),
  );
  const node = keyOf("image-node");
  const files = [
    `bin/etcd-${OLD}`,
    `bin/etcd-${keyOf("go-etcd")}`,
    `pulumi/${OLD}`,
    "logs/go-etcd.log",
    "calico-v3.28.5/calico.json",
  ];
  for (const file of files) {
    mkdirSync(path.join(cache, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(cache, file), "");
  }
  const { docker, removed } = engine(
    [`fabriclab/node:${node}`, `fabriclab/node:${OLD}`, `fabriclab/switch:${OLD}`, `other/node:${OLD}`],
    [`fabriclab-store-${OLD}`, `data-${OLD}`],
    [`fabriclab/switch:${OLD}`],
  );
  const pruned = await prune({ root, cache, docker });
  expect(removed).toEqual([`fabriclab/node:${OLD}`, `fabriclab-store-${OLD}`]);
  expect(pruned.kept).toEqual([`image fabriclab/switch:${OLD}: in use`]);
  expect(pruned.removed).toEqual([
    `image fabriclab/node:${OLD}`,
    `volume fabriclab-store-${OLD}`,
    `bin/etcd-${OLD}`,
    `pulumi/${OLD}`,
  ]);
  expect(files.filter((file) => existsSync(path.join(cache, file)))).toEqual(
    files.filter((file) => !file.includes(OLD)),
  );
});
