import { built, suite } from "./binaries";
import { ControlPlane, programs } from "./control-plane";
import { Workspace } from "./workspace";

type Live = {
  metadata: { name: string; labels?: Record<string, string>; managedFields: { manager: string; operation: string }[] };
  data?: Record<string, string>;
  spec?: Record<string, unknown>;
};

suite({ pulumi: built("pulumi", "pulumi"), ...programs })("kubernetes with a real engine and a real API server", () => {
  let w: Workspace;
  let c: ControlPlane;
  beforeAll(async () => {
    [w, c] = await Promise.all([Workspace.open(), ControlPlane.start()]);
  });
  afterAll(async () => {
    await w?.close();
    await c?.stop();
  });

  /** A program of objects of one provider, `p`. */
  const objects = (text: string, config = ""): void =>
    w.program(`
    const provider = new k8s.Provider("cluster", { kubeconfig: pulumi.secret(${JSON.stringify(c.kubeconfig())}), ${config} }), p = { provider };
    ${text}`);
  const live = async (at: string): Promise<Live> => (await c.call<Live>("GET", at)).body;
  const deployment = (
    more: string,
    annotations = `"pulumi.com/skipAwait": "true"`,
  ): string => `new k8s.apps.v1.Deployment("web", { metadata: { name: "web", annotations: { ${annotations} } }, spec: { replicas: 2,
    selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1", ports: [{ containerPort: 80 }] }] } }, ${more} } }, p);`;

  test("a preview asks the server: what it fills in shows, and nothing is made", async () => {
    objects(`const s = new k8s.core.v1.Service("s", { metadata: { name: "s" }, spec: { clusterIP: "None", ports: [{ port: 80 }] } }, p);
      new k8s.core.v1.ConfigMap("after", { metadata: { name: "after" }, data: { affinity: s.spec.sessionAffinity } }, p);`);
    const { s, after } = await w.preview();
    expect(s!.op).toBe("create");
    expect((after!.newState!.inputs!.data as Record<string, string>).affinity).toBe("None");
    expect((await c.call("GET", "/api/v1/namespaces/default/services/s")).code).toBe(404);
  });

  test("an object that the server refuses fails the preview already", async () => {
    objects(
      `new k8s.core.v1.Service("bad", { metadata: { name: "bad" }, spec: { clusterIP: "not-an-address", ports: [{ port: 80 }] } }, p);`,
    );
    const { code, stdout } = await w.pulumi(["preview"], null);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/Service default\/bad: .*spec\.clusterIPs\[0\]: Invalid value/);
  });

  test("definition, custom resource, namespace and what is in it, in one update and in any order", async () => {
    objects(`
      new k8s.apiextensions.CustomResource("pool", { apiVersion: "lab.example.org/v1", kind: "Pool", metadata: { name: "pool" }, spec: { cidr: "10.0.0.0/16", size: 26 } }, p);
      new k8s.core.v1.ConfigMap("inside", { metadata: { name: "inside", namespace: "lab" }, data: { a: "1" } }, p);
      new k8s.core.v1.Namespace("lab", { metadata: { name: "lab" } }, p);
      new k8s.apiextensions.v1.CustomResourceDefinition("pools", { metadata: { name: "pools.lab.example.org" }, spec: { group: "lab.example.org", scope: "Cluster", names: { kind: "Pool", plural: "pools" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } } } }] } }, p);`);
    await w.up();
    expect((await live("/apis/lab.example.org/v1/pools/pool")).spec).toEqual({ cidr: "10.0.0.0/16", size: 26 });
    expect((await live("/api/v1/namespaces/lab/configmaps/inside")).data).toEqual({ a: "1" });
    expect((await w.up()).stdout).toMatch(/6 unchanged/);
    w.program("");
    await w.up();
    expect((await c.call("GET", "/api/v1/namespaces/lab")).code).toBe(404);
    expect((await c.call("GET", "/apis/lab.example.org/v1")).code).toBe(404);
  });

  test("an update in place names exactly what changes, and keeps the fields that others manage", async () => {
    objects(deployment("minReadySeconds: 1"));
    await w.up();
    const at = "/apis/apps/v1/namespaces/default/deployments/web";
    await c.call(
      "PATCH",
      `${at}?fieldManager=somebody`,
      { metadata: { labels: { theirs: "yes" } } },
      "application/merge-patch+json",
    );
    objects(deployment("minReadySeconds: 2, revisionHistoryLimit: 3"));
    const { web } = await w.preview();
    expect(web!.op).toBe("update");
    expect(web!.detailedDiff).toEqual({
      "spec.minReadySeconds": expect.objectContaining({ kind: "update" }) as unknown,
      "spec.revisionHistoryLimit": expect.objectContaining({ kind: "add" }) as unknown,
    });
    await w.up();
    const now = await live(at);
    expect(now.spec).toMatchObject({ minReadySeconds: 2, revisionHistoryLimit: 3, replicas: 2 });
    expect(now.metadata.labels).toEqual({ theirs: "yes" });
    expect(
      now.metadata.managedFields.filter(
        (m) => /^pulumi-kubernetes-[0-9a-f]{8}$/.test(m.manager) && m.operation === "Apply",
      ),
    ).toHaveLength(1);
  });

  test("a field that another manager holds is a conflict that names both; patchForce takes it over", async () => {
    const at = "/apis/apps/v1/namespaces/default/deployments/web";
    await c.call("PATCH", `${at}?fieldManager=autoscaler`, { spec: { replicas: 5 } }, "application/merge-patch+json");
    objects(deployment("minReadySeconds: 4"));
    expect(await w.fails()).toMatch(
      /Deployment default\/web: Server-Side Apply field conflict[^]*\.spec\.replicas: conflict with "autoscaler"/,
    );
    objects(deployment("minReadySeconds: 4", `"pulumi.com/skipAwait": "true", "pulumi.com/patchForce": "true"`));
    await w.up();
    expect((await live(at)).spec).toMatchObject({ replicas: 2, minReadySeconds: 4 });
  });

  test("refresh sees what was changed by hand, an update puts it right, and what is gone is made again", async () => {
    const program = (): void =>
      objects(
        `new k8s.core.v1.ConfigMap("kept", { metadata: { name: "kept" }, data: { a: "1" } }, p); new k8s.core.v1.ConfigMap("lost", { metadata: { name: "lost" }, data: { a: "1" } }, p);`,
        "enableConfigMapMutable: true",
      );
    program();
    await w.up();
    const at = "/api/v1/namespaces/default/configmaps";
    await c.call(
      "PATCH",
      `${at}/kept?fieldManager=by-hand`,
      { data: { a: "2" }, metadata: { labels: { mine: "x" } } },
      "application/merge-patch+json",
    );
    await c.call("DELETE", `${at}/lost`);
    await w.pulumi(["refresh", "--yes"]);
    const state = await w.state();
    expect(state.kept!.inputs!.data).toEqual({ a: "2" });
    expect((state.kept!.inputs!.metadata as Record<string, unknown>).labels).toBeUndefined();
    expect(state.lost).toBeUndefined();
    const steps = await w.preview();
    expect([steps.kept!.op, steps.kept!.detailedDiff, steps.lost!.op]).toEqual([
      "update",
      { "data.a": expect.objectContaining({ kind: "update" }) as unknown },
      "create",
    ]);
    // Server-side apply does not take the value back from who changed it.
    expect(await w.fails()).toMatch(/conflict with "by-hand"[^]*\.data\.a|\.data\.a: conflict with "by-hand"/);
    expect((await c.call("GET", `${at}/lost`)).code).toBe(200);
  });

  test("a ConfigMap's data makes a new one, by name or beside the old", async () => {
    const program = (value: string): void =>
      objects(
        `new k8s.core.v1.ConfigMap("fixed", { metadata: { name: "fixed" }, data: { a: "${value}" } }, p); new k8s.core.v1.ConfigMap("auto", { data: { a: "${value}" } }, p);`,
      );
    program("1");
    await w.up();
    const first = await w.state();
    const name = first.auto!.id!;
    expect(name).toMatch(/^default\/auto-[0-9a-f]{8}$/);
    program("2");
    const { fixed, auto } = await w.preview();
    expect([fixed!.op, auto!.op]).toEqual(["replace", "replace"]);
    expect(fixed!.detailedDiff).toEqual({ "data.a": expect.objectContaining({ kind: "update-replace" }) as unknown });
    await w.up();
    // An object that keeps its name is there only if the old one went first.
    const second = await w.state();
    expect(second.auto!.id).not.toBe(name);
    expect((await live("/api/v1/namespaces/default/configmaps/fixed")).data).toEqual({ a: "2" });
    expect((await c.call("GET", `/api/v1/namespaces/default/configmaps/${name.split("/")[1]!}`)).code).toBe(404);
  });

  test("a Secret's data is in clear nowhere but in the cluster", async () => {
    objects(
      `new k8s.core.v1.Secret("hidden", { metadata: { name: "hidden" }, stringData: { password: "open-sesame" } }, p); new k8s.apiextensions.CustomResource("wrong", { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } }, p);`,
    );
    expect((await w.pulumi(["preview"], null)).stdout).toMatch(
      /apiVersion does not have both a group and a version: "v1"/,
    );
    objects(
      `new k8s.core.v1.Secret("hidden", { metadata: { name: "hidden" }, stringData: { password: "open-sesame" } }, p);`,
    );
    await w.up();
    const raw = await w.rawState();
    expect(raw).not.toMatch(/open-sesame|b3Blbi1zZXNhbWU|standins-admin-token/);
    expect((await live("/api/v1/namespaces/default/secrets/hidden")).data).toEqual({
      password: Buffer.from("open-sesame").toString("base64"),
    });
  });

  test("what does not become ready says why, and its state is kept", async () => {
    objects(deployment("progressDeadlineSeconds: 2", `"pulumi.com/timeoutSeconds": "4"`).replace(/web/g, "stuck"));
    const said = await w.fails();
    expect(said).toMatch(/Deployment default\/stuck was not ready within 4 s: .*0 of 2 replicas available/);
    expect((await w.state()).stuck!.id).toBe("default/stuck");
    objects(deployment("progressDeadlineSeconds: 2").replace(/web/g, "stuck"));
    await w.up();
  });

  test("a cluster that is gone: refresh says what to do, and does it when told", async () => {
    objects(`new k8s.core.v1.ConfigMap("orphan", { metadata: { name: "orphan" }, data: { a: "1" } }, p);`);
    await w.up();
    const dead = c.kubeconfig().replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1");
    const other = (config: string): void =>
      w.program(`const provider = new k8s.Provider("cluster", { kubeconfig: pulumi.secret(${JSON.stringify(dead)}), clusterIdentifier: "one", ${config} }), p = { provider };
      new k8s.core.v1.ConfigMap("orphan", { metadata: { name: "orphan" }, data: { a: "1" } }, p);`);
    objects(
      `new k8s.core.v1.ConfigMap("orphan", { metadata: { name: "orphan" }, data: { a: "1" } }, p);`,
      `clusterIdentifier: "one"`,
    );
    await w.pulumi(["up", "--yes", "--skip-preview"], null);
    other("");
    await w.up();
    const { code, stdout } = await w.pulumi(["refresh", "--yes"], null);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/the cluster is unreachable[^]*PULUMI_K8S_DELETE_UNREACHABLE/);
    other("skipUpdateUnreachable: true");
    await w.up();
    await w.pulumi(["refresh", "--yes"]);
    expect((await w.state()).orphan!.id).toBe("default/orphan");
    other("deleteUnreachable: true");
    await w.up();
    await w.pulumi(["refresh", "--yes"]);
    expect((await w.state()).orphan).toBeUndefined();
  });

  test("components and functions of the official plugin are refused by name", async () => {
    objects(`new k8s.helm.v3.Release("r", { chart: "x" }, p);`);
    expect((await w.pulumi(["preview"], null)).stdout).toMatch(
      /kubernetes:helm\.sh\/v3:Release: not provided by this stand-in for the `kubernetes` plugin; install the official one/,
    );
    objects(`new k8s.yaml.v2.ConfigGroup("g", { yaml: "a: b" }, p);`);
    expect((await w.pulumi(["preview"], null)).stdout).toMatch(
      /component kubernetes:yaml\/v2:ConfigGroup is not provided by this stand-in/,
    );
  });
});
