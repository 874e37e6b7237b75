import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { manifestDir, manifestsStep } from "../../../images/manifests";
import * as go from "../../../programs/go";
import { runSteps } from "../../../steps/run";
import type { Step } from "../../../steps/step";

jest.mock("../../../programs/go", () => ({
  ...jest.requireActual<object>("../../../programs/go"),
  goModuleSource: jest.fn(),
}));

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), "manifests-"));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const step = (): Step => ({ ...manifestsStep("registry"), needs: [] });
const keyOf = (): string => step().key(undefined as never);

test("both ways keep the same files in the same place, named by their checksums", () => {
  expect(manifestsStep("connected").key(undefined as never)).toBe(keyOf());
  expect(manifestDir({ cache, keyOf })).toBe(path.join(cache, `calico-v3.28.5-${keyOf()}`));
});

test("a module whose manifest is another one is refused, and nothing is kept", async () => {
  mkdirSync(path.join(cache, "source", "manifests"), { recursive: true });
  for (const name of ["calico", "calico-vxlan"])
    writeFileSync(path.join(cache, "source", "manifests", `${name}.yaml`), "kind: Another\n");
  (go.goModuleSource as jest.Mock).mockResolvedValue(path.join(cache, "source"));
  await expect(runSteps([step()], { root: cache, cache })).rejects.toThrow(
    /manifests\/calico\.yaml: its SHA-256 is \w{64}, expected 206678e7\w+: not used/,
  );
  expect(existsSync(manifestDir({ cache, keyOf }))).toBe(false);
});
