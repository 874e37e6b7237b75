import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { cacheDir } from "../../../steps/context";
import { built, suite } from "./binaries";
import { ControlPlane, programs } from "./control-plane";
import { Workspace } from "./workspace";

const folder = (existsSync(cacheDir()) ? readdirSync(cacheDir()) : []).find(
  (d) => d.startsWith("calico-") && existsSync(path.join(cacheDir(), d, "calico-vxlan.json")),
);
const manifest = folder === undefined ? null : path.join(cacheDir(), folder, "calico-vxlan.json");

suite({ pulumi: built("pulumi", "pulumi"), ...programs, "Calico's manifest": manifest })(
  "the objects of Calico's manifest",
  () => {
    let w: Workspace;
    let c: ControlPlane;
    beforeAll(async () => {
      [w, c] = await Promise.all([Workspace.open(), ControlPlane.start()]);
    });
    afterAll(async () => {
      await w?.close();
      await c?.stop();
    });

    test("are rehearsed, applied, the same when asked again, and the same when read back", async () => {
      // Without nodes the Deployment has nowhere to run.
      w.program(`const provider = new k8s.Provider("cluster", { kubeconfig: pulumi.secret(${JSON.stringify(c.kubeconfig())}) });
      for (const o of JSON.parse(require("fs").readFileSync(${JSON.stringify(manifest)}, "utf8"))) {
        if (o.kind === "Deployment") o.metadata.annotations = { "pulumi.com/skipAwait": "true" };
        const core = { ServiceAccount: k8s.core.v1.ServiceAccount, ConfigMap: k8s.core.v1.ConfigMap }[o.kind];
        if (core) new core(o.kind + "-" + o.metadata.name, o, { provider }); else new k8s.apiextensions.CustomResource(o.kind + "-" + o.metadata.name, o, { provider });
      }`);
      const steps = Object.values(await w.preview());
      expect(steps.length).toBeGreaterThan(25);
      const all = steps.length + 2;
      await w.up();
      for (const args of [["preview"], ["refresh", "--yes"], ["preview"]])
        expect((await w.pulumi(args)).stdout).toMatch(new RegExp(`${all} unchanged`));
    });
  },
);
