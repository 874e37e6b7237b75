/** The official kubernetes plugin as set-up builds it, against a real API server. */
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { built, suite } from "./binaries";
import { ControlPlane, programs } from "./control-plane";
import { Workspace } from "./workspace";

const needs = {
  pulumi: built("pulumi", "pulumi"),
  "kubernetes plugin": built("pulumi-kubernetes", "pulumi-resource-kubernetes"),
  ...programs,
};

suite(needs)("the kubernetes plugin", () => {
  let w: Workspace;
  let c: ControlPlane;
  beforeAll(async () => {
    // As every lab has it (pulumi/environment.ts).
    [w, c] = await Promise.all([Workspace.open({ PULUMI_K8S_ENABLE_PATCH_FORCE: "true" }), ControlPlane.start()]);
  });
  afterAll(async () => {
    await w?.close();
    await c?.stop();
  });

  /** A program of objects of one provider, `p`. */
  const objects = (text: string): void =>
    w.program(`
    const provider = new k8s.Provider("cluster", { kubeconfig: pulumi.secret(${JSON.stringify(c.kubeconfig())}) }), p = { provider };
    ${text}`);

  test("installs a Helm release, upgrades it, and takes it away", async () => {
    const chart = w.file("chart");
    mkdirSync(path.join(chart, "templates"), { recursive: true });
    writeFileSync(path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: greeting\nversion: 0.1.0\n");
    writeFileSync(
      path.join(chart, "templates", "map.yaml"),
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: greeting}\ndata: {word: {{ .Values.word | quote }}}\n",
    );
    const word = async (): Promise<unknown> =>
      (await c.call<{ data?: { word: string } }>("GET", "/api/v1/namespaces/default/configmaps/greeting")).body.data
        ?.word;
    for (const value of ["hello", "good evening"]) {
      objects(
        `new k8s.helm.v3.Release("greeting", { chart: ${JSON.stringify(chart)}, values: { word: ${JSON.stringify(value)} } }, p);`,
      );
      await w.up();
      expect(await word()).toBe(value);
      expect((await w.pulumi(["preview"])).stdout).toMatch(/3 unchanged/);
    }
    w.program("");
    await w.up();
    expect(await word()).toBeUndefined();
  });

  test("takes over a field that another program has set, where the environment says so", async () => {
    const program = (value: string): void =>
      objects(
        `new k8s.core.v1.Service("s", { metadata: { name: "s", labels: { by: "${value}" } }, spec: { clusterIP: "None", ports: [{ port: 80 }] } }, p);`,
      );
    program("lab");
    await w.up();
    const at = "/api/v1/namespaces/default/services/s";
    await c.call(
      "PATCH",
      `${at}?fieldManager=somebody`,
      { metadata: { labels: { by: "somebody" } } },
      "application/merge-patch+json",
    );
    program("lab-again");
    await w.up();
    const { metadata } = (await c.call<{ metadata: { labels: Record<string, string> } }>("GET", at)).body;
    expect(metadata.labels.by).toBe("lab-again");
  });
});
