import { check } from "../../../standins/kubernetes/check";
import { checkConfig, diffConfig, settingsOf } from "../../../standins/kubernetes/config";
import { tokenGvk } from "../../../standins/kubernetes/types";
import { parseUrn } from "../../../provider/protocol/serve";
import { secret, UNKNOWN, type Properties } from "../../../provider/protocol/values";

const urn = (type: string, name = "thing"): ReturnType<typeof parseUrn> =>
  parseUrn(`urn:pulumi:dev::lab::pkg:index:Lab$${type}::${name}`);
const run = (type: string, inputs: Properties, before: Properties | null = null): ReturnType<typeof check> =>
  check(urn(type), inputs, () => before, Buffer.from("seed"), "default");
const metadata = (type: string, inputs: Properties, before: Properties | null = null): Properties =>
  run(type, inputs, before).inputs.metadata as Properties;

describe("type tokens", () => {
  test.each([
    ["kubernetes:core/v1:ConfigMap", "v1", "ConfigMap"],
    ["kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"],
    ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["kubernetes:crd.projectcalico.org/v1:IPPool", "crd.projectcalico.org/v1", "IPPool"],
    ["kubernetes:example.org/v1alpha1:Thing", "example.org/v1alpha1", "Thing"],
  ])("%s", (token, apiVersion, kind) => expect(tokenGvk(token)).toEqual({ apiVersion, kind }));

  test("a CustomResource of the core group is refused in the official plugin's words", () => {
    expect(() => tokenGvk("kubernetes:v1:ConfigMap")).toThrow(
      'apiVersion does not have both a group and a version: "v1"',
    );
  });

  test.each([
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:yaml:ConfigFile",
    "kubernetes:kustomize:Directory",
    "kubernetes:core/v1:ConfigMapPatch",
    "kubernetes:core/v1:ConfigMapList",
  ])("%s names the official plugin", (token) =>
    expect(() => tokenGvk(token)).toThrow(/pulumi plugin install resource kubernetes/),
  );
});

describe("check", () => {
  test("complete inputs come back as they are: the same object, so that nothing is converted", () => {
    const inputs: Properties = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", namespace: "default" },
      data: { x: "1" },
    };
    expect(run("kubernetes:core/v1:ConfigMap", inputs).inputs).toBe(inputs);
  });

  test("apiVersion, kind and namespace are filled in; a cluster-wide kind gets no namespace, nor does one that only its definition knows", () => {
    expect(run("kubernetes:apps/v1:Deployment", { metadata: { name: "a" } }).inputs).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "a", namespace: "default" },
    });
    expect(metadata("kubernetes:core/v1:Namespace", { metadata: { name: "a" } })).toEqual({ name: "a" });
    expect(metadata("kubernetes:crd.projectcalico.org/v1:IPPool", { metadata: { name: "a" } })).toEqual({ name: "a" });
  });

  test("a name is made, the same for preview and update, and kept later", () => {
    const made = metadata("kubernetes:core/v1:ConfigMap", {});
    expect(made).toEqual({
      name: expect.stringMatching(/^thing-[0-9a-f]{8}$/) as unknown,
      namespace: "default",
      annotations: { "pulumi.com/autonamed": "true" },
    });
    expect(metadata("kubernetes:core/v1:ConfigMap", {})).toEqual(made);
    expect(
      metadata(
        "kubernetes:core/v1:ConfigMap",
        { metadata: { labels: { a: "b" } } },
        { metadata: { ...made, name: "thing-00000000" } },
      ).name,
    ).toBe("thing-00000000");
    expect(metadata("kubernetes:core/v1:ConfigMap", {}, { metadata: { name: "given-by-hand" } }).name).toMatch(
      /^thing-[0-9a-f]{8}$/,
    );
    expect(metadata("kubernetes:core/v1:ConfigMap", { metadata: { generateName: "x-" } })).toEqual({
      generateName: "x-",
      namespace: "default",
    });
  });

  test("nulls are not given", () =>
    expect(
      run("kubernetes:core/v1:ConfigMap", {
        metadata: { name: "a", labels: null },
        data: null,
        binaryData: { x: null },
      }).inputs,
    ).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" }, binaryData: {} }));

  test("secrets in metadata stay secret", () => {
    expect(
      metadata("kubernetes:core/v1:ConfigMap", { metadata: { name: "a", annotations: { token: secret("x") } } }),
    ).toEqual({ name: "a", namespace: "default", annotations: { token: secret("x") } });
    expect(metadata("kubernetes:core/v1:ConfigMap", { metadata: secret({ name: "a" }) })).toEqual(
      secret({ name: "a", namespace: "default" }),
    );
  });

  test("metadata that is not known yet is left alone", () =>
    expect(run("kubernetes:core/v1:ConfigMap", { metadata: UNKNOWN }).inputs.metadata).toBe(UNKNOWN));

  test("faults name their property", () => {
    expect(run("kubernetes:core/v1:ConfigMap", { metadata: "x" }).failures).toEqual([
      { property: "metadata", reason: "metadata: wants an object" },
    ]);
    expect(
      run("kubernetes:apps/v1:Deployment", { apiVersion: "apps/v1beta1", metadata: { name: "a" } }).failures,
    ).toEqual([expect.objectContaining({ property: "apiVersion" })]);
    expect(run("kubernetes:core/v1:ConfigMap", { metadata: { name: "n".repeat(254) } }).failures).toEqual([
      expect.objectContaining({ property: "metadata.name" }),
    ]);
  });
});

describe("configuration", () => {
  const kubeconfig = (server: string, namespace = ""): string =>
    `current-context: c\nclusters: [{name: k, cluster: {server: "${server}"}}]\ncontexts: [{name: c, context: {cluster: k${namespace === "" ? "" : `, namespace: ${namespace}`}}}]\n`;

  test("what only the official plugin does is refused with its name", () => {
    expect(
      checkConfig({
        kubeconfig: "x",
        suppressDeprecationWarnings: true,
        renderYamlToDirectory: "d",
        enableServerSideApply: "false",
      }).failures!.map((f) => f.property),
    ).toEqual(["renderYamlToDirectory", "enableServerSideApply"]);
  });

  test("another server replaces the provider, another key does not; an identifier overrules both", () => {
    const one = { kubeconfig: secret(kubeconfig("https://a:6443")) };
    const key = { kubeconfig: secret(`${kubeconfig("https://a:6443")}users: []\n`) };
    const two = { kubeconfig: secret(kubeconfig("https://b:6443")) };
    expect([
      diffConfig(one, key).replace,
      diffConfig(one, two).replace,
      diffConfig(one, { kubeconfig: UNKNOWN }).replace,
    ]).toEqual([[], ["kubeconfig"], []]);
    expect(diffConfig({ ...one, clusterIdentifier: "x" }, { ...two, clusterIdentifier: "x" }).replace).toEqual([]);
    expect(diffConfig({ ...one, clusterIdentifier: "x" }, { ...one, clusterIdentifier: "y" }).replace).toEqual([
      "clusterIdentifier",
    ]);
  });

  test("namespace: the provider's, else the context's, else default; a kubeconfig that is not known yet means no cluster", async () => {
    const text = kubeconfig("https://a:6443", "mine");
    expect([
      (await settingsOf({ kubeconfig: text })).namespace,
      (await settingsOf({ kubeconfig: text, namespace: "given" })).namespace,
      (await settingsOf({ kubeconfig: kubeconfig("https://a:6443") })).namespace,
    ]).toEqual(["mine", "given", "default"]);
    expect((await settingsOf({ kubeconfig: UNKNOWN })).cluster).toBeNull();
    expect([
      (await settingsOf({ kubeconfig: text })).unreachable,
      (await settingsOf({ kubeconfig: text, deleteUnreachable: true })).unreachable,
      (await settingsOf({ kubeconfig: text, skipUpdateUnreachable: "true" })).unreachable,
    ]).toEqual(["error", "delete", "skip"]);
  });
});
