import { diff } from "../../../standins/kubernetes/diff";
import { driftedInputs, importedInputs, restrict } from "../../../standins/kubernetes/drift";
import { secret, UNKNOWN, type Properties } from "../../../provider/protocol/values";

const strict = { configMaps: false, secrets: false };
const object = (kind: string, more: Properties, metadata: Properties = {}): Properties => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "a", namespace: "default", ...metadata },
  ...more,
});

describe("diff of objects", () => {
  test.each<[string, Properties, Properties]>([
    [
      "selector of a Deployment",
      object("Deployment", { spec: { selector: { matchLabels: { a: "1" } } } }),
      object("Deployment", { spec: { selector: { matchLabels: { a: "2" } } } }),
    ],
    [
      "selector of a DaemonSet",
      object("DaemonSet", { spec: { selector: { matchLabels: { a: "1" } } } }),
      object("DaemonSet", { spec: { selector: { matchLabels: { a: "2" } } } }),
    ],
    [
      "template of a Job",
      object("Job", { spec: { template: { spec: { containers: [{ image: "a" }] } } } }),
      object("Job", { spec: { template: { spec: { containers: [{ image: "b" }] } } } }),
    ],
    ["data of a ConfigMap", object("ConfigMap", { data: { a: "1" } }), object("ConfigMap", { data: { a: "2" } })],
    [
      "data of a Secret",
      object("Secret", { data: { a: secret("1") } }),
      object("Secret", { data: { a: secret("2") } }),
    ],
    [
      "clusterIP of a Service",
      object("Service", { spec: { clusterIP: "10.0.0.1" } }),
      object("Service", { spec: { clusterIP: "10.0.0.2" } }),
    ],
    [
      "image of a Pod",
      object("Pod", { spec: { containers: [{ image: "a" }] } }),
      object("Pod", { spec: { containers: [{ image: "b" }] } }),
    ],
    [
      "role of a binding",
      object("ClusterRoleBinding", { roleRef: { name: "a" } }),
      object("ClusterRoleBinding", { roleRef: { name: "b" } }),
    ],
  ])("%s replaces, the old one first, since the name stays", (_, before, after) => {
    const d = diff(before, after, [], strict);
    expect(d.replace).toEqual([...d.changes.keys()]);
    expect([d.changes.size, d.deleteBeforeReplace]).toEqual([1, true]);
  });

  test.each<[string, Properties, Properties, string]>([
    [
      "image of a Deployment",
      object("Deployment", { spec: { template: { spec: { containers: [{ image: "a" }] } } } }),
      object("Deployment", { spec: { template: { spec: { containers: [{ image: "b" }] } } } }),
      "spec.template.spec.containers[0].image",
    ],
    [
      "labels",
      object("ConfigMap", {}, { labels: { a: "1" } }),
      object("ConfigMap", {}, { labels: { a: "2" } }),
      "metadata.labels.a",
    ],
    [
      "tolerations of a Pod",
      object("Pod", { spec: { tolerations: [{ key: "a" }] } }),
      object("Pod", { spec: { tolerations: [{ key: "b" }] } }),
      "spec.tolerations[0].key",
    ],
  ])("%s: in place", (_, before, after, path) => {
    expect([...diff(before, after, [], strict).changes.keys()]).toEqual([path]);
    expect(diff(before, after, [], strict)).toMatchObject({ replace: [], deleteBeforeReplace: false });
  });

  test("another name or place: the new one first", () => {
    expect(diff(object("ConfigMap", {}), object("ConfigMap", {}, { name: "b" }), [], strict)).toMatchObject({
      replace: ["metadata.name"],
      deleteBeforeReplace: false,
    });
    expect(diff(object("ConfigMap", {}), object("ConfigMap", {}, { namespace: "other" }), [], strict)).toMatchObject({
      replace: ["metadata.namespace"],
      deleteBeforeReplace: false,
    });
  });

  test("a name that was made here need not be given up first", () => {
    const auto = { annotations: { "pulumi.com/autonamed": "true" } };
    expect(
      diff(
        object("ConfigMap", { data: { a: "1" } }, auto),
        object("ConfigMap", { data: { a: "2" } }, auto),
        [],
        strict,
      ),
    ).toMatchObject({ replace: ["data.a"], deleteBeforeReplace: false });
  });

  test("data changes in place where the provider says so, unless the object is immutable", () => {
    const mutable = { configMaps: true, secrets: false };
    expect(
      diff(object("ConfigMap", { data: { a: "1" } }), object("ConfigMap", { data: { a: "2" } }), [], mutable).replace,
    ).toEqual([]);
    expect(
      diff(
        object("ConfigMap", { data: { a: "1" }, immutable: true }),
        object("ConfigMap", { data: { a: "2" }, immutable: true }),
        [],
        mutable,
      ).replace,
    ).toEqual(["data.a"]);
    expect(
      diff(object("Secret", { data: { a: "1" } }), object("Secret", { data: { a: "2" } }), [], mutable).replace,
    ).toEqual(["data.a"]);
  });

  test("no namespace and `default` are the same place", () => {
    const without: Properties = { apiVersion: "e.org/v1", kind: "Thing", metadata: { name: "a" } };
    expect(diff(without, { ...without, metadata: { name: "a", namespace: "default" } }, [], strict).changes.size).toBe(
      0,
    );
  });

  test("ignored paths, and those below them, do not count", () => {
    expect([
      ...diff(
        object("Deployment", { spec: { replicas: 1, paused: false } }),
        object("Deployment", { spec: { replicas: 2, paused: true } }),
        ["spec.replicas"],
        strict,
      ).changes.keys(),
    ]).toEqual(["spec.paused"]);
  });

  test("a name that is not known yet replaces", () =>
    expect(diff(object("ConfigMap", {}), object("ConfigMap", {}, { name: UNKNOWN }), [], strict).replace).toEqual([
      "metadata.name",
    ]));
});

describe("drift", () => {
  const inputs: Properties = { spec: { replicas: 2, cpu: "0.1", ports: [{ port: 80 }] } };
  const before: Properties = {
    spec: { replicas: 2, cpu: "100m", ports: [{ port: 80, protocol: "TCP" }], extra: true },
  };
  const seen = (live: Properties): Properties => driftedInputs(inputs, restrict(before, inputs) as Properties, live);

  test("none: the inputs as they were, though the server writes a value in its own way", () =>
    expect(seen(before)).toEqual(inputs));
  test("in a managed field", () =>
    expect(seen({ spec: { ...(before.spec as Properties), replicas: 5 } })).toEqual({
      spec: { replicas: 5, cpu: "0.1", ports: [{ port: 80 }] },
    }));
  test("in a field of others: not ours to see", () =>
    expect(seen({ spec: { ...(before.spec as Properties), extra: false } })).toEqual(inputs));
  test("a field taken away", () =>
    expect(seen({ spec: { cpu: "100m", ports: [{ port: 80 }] } })).toEqual({
      spec: { cpu: "0.1", ports: [{ port: 80 }] },
    }));
  test("in an element of a list", () =>
    expect(seen({ spec: { ...(before.spec as Properties), ports: [{ protocol: "TCP", port: 81 }] } })).toEqual({
      spec: { replicas: 2, cpu: "0.1", ports: [{ port: 81 }] },
    }));

  test("the order of keys, which the state does not keep, is no drift", () => {
    const shape: Properties = { items: [{ a: 1 }] };
    expect(driftedInputs(shape, { items: [{ a: 1 }, { x: 1, y: 2 }] }, { items: [{ a: 1 }, { y: 2, x: 1 }] })).toEqual(
      shape,
    );
  });

  test("an import takes all but what the server writes itself", () => {
    expect(
      importedInputs({
        kind: "A",
        metadata: {
          name: "a",
          uid: "u",
          resourceVersion: "1",
          creationTimestamp: "t",
          generation: 1,
          labels: { l: "1" },
        },
        spec: { x: 1 },
        status: { y: 1 },
      }),
    ).toEqual({ kind: "A", metadata: { name: "a", labels: { l: "1" } }, spec: { x: 1 } });
  });
});
