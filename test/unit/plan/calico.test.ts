import { CalicoManifestError, patchCalico, type KubernetesObject } from "../../../plan/render";
import { planOf, smallLab } from "./labs";

const plan = planOf(smallLab());

interface Variable {
  name: string;
  value?: string;
  valueFrom?: object;
}

const CONTROLLERS = {
  name: "calico-kube-controllers",
  image: "docker.io/calico/kube-controllers:v3.28.5",
  livenessProbe: { exec: { command: ["/usr/bin/check-status", "-l"] }, periodSeconds: 10, failureThreshold: 6 },
  readinessProbe: { exec: { command: ["/usr/bin/check-status", "-r"] }, periodSeconds: 10 },
};

/** Objects shaped like those of the upstream manifest, as far as the patches look. */
function objects(
  change: {
    readiness?: string[];
    env?: (env: Variable[]) => Variable[];
    image?: string;
    liveness?: string[];
    config?: Record<string, string>;
  } = {},
): KubernetesObject[] {
  const env: Variable[] = [
    { name: "NODENAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    {
      name: "CALICO_NETWORKING_BACKEND",
      valueFrom: { configMapKeyRef: { name: "calico-config", key: "calico_backend" } },
    },
    { name: "IP", value: "autodetect" },
    { name: "FELIX_VXLANMTU", valueFrom: { configMapKeyRef: { name: "calico-config", key: "veth_mtu" } } },
  ];
  const container = {
    name: "calico-node",
    image: change.image ?? "docker.io/calico/node:v3.28.5",
    env: change.env?.(env) ?? env,
    livenessProbe: { exec: { command: ["/bin/calico-node", ...(change.liveness ?? ["-felix-live"])] } },
    readinessProbe: { exec: { command: ["/bin/calico-node", ...(change.readiness ?? ["-felix-ready"])] } },
  };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "calico-node", namespace: "kube-system" } },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "calico-config", namespace: "kube-system" },
      data: change.config ?? { calico_backend: "vxlan", veth_mtu: "0", typha_service_name: "none" },
    },
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "calico-node", namespace: "kube-system" },
      spec: { template: { spec: { hostNetwork: true, initContainers: [], containers: [container] } } },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "calico-kube-controllers", namespace: "kube-system" },
      spec: { template: { spec: { containers: [CONTROLLERS] } } },
    },
  ];
}

/** Plain values of the patched calico-node container's variables. */
function variables(of: readonly KubernetesObject[]): Record<string, string | undefined> {
  const daemon = of.find((each) => each.kind === "DaemonSet") as unknown as {
    spec: { template: { spec: { containers: { env: Variable[] }[] } } };
  };
  return Object.fromEntries(daemon.spec.template.spec.containers[0]!.env.map((each) => [each.name, each.value]));
}

const EXPECTED = {
  IP: "autodetect",
  IP_AUTODETECTION_METHOD: "interface=eth1",
  NO_DEFAULT_POOLS: "true",
};

/** Probes of the containers that the patches look at. */
function probes(of: readonly KubernetesObject[]): Record<string, unknown>[] {
  const controllers = of.filter(({ kind }) => kind === "DaemonSet" || kind === "Deployment") as unknown as {
    spec: { template: { spec: { containers: Record<string, unknown>[] } } };
  }[];
  return controllers.flatMap(({ spec }) =>
    spec.template.spec.containers.flatMap(
      (each) => [each.livenessProbe, each.readinessProbe] as Record<string, unknown>[],
    ),
  );
}

describe("patches of the Calico manifest", () => {
  test("probes have longer timeouts where a node may have a kernel of its own, and stay as they are elsewhere", () => {
    expect(probes(patchCalico(objects(), plan))).toEqual(probes(objects()));
    const patched = probes(patchCalico(objects(), planOf({ ...smallLab(), kernel: "own" })));
    expect(patched.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([30, 30, 30, 30]);
    expect(patched[2]).toEqual({
      ...CONTROLLERS.livenessProbe,
      timeoutSeconds: 30,
      initialDelaySeconds: 60,
      periodSeconds: 60,
    });
  });

  test("set the node address, and leave pools, VNI and port to their resources", () => {
    const set = variables(patchCalico(objects(), plan));
    expect(set).toMatchObject(EXPECTED);
    expect(Object.keys(set).filter((name) => /VXLAN(PORT|VNI)/.test(name))).toEqual([]);
  });

  test("set the MTU of pods and tunnel in the ConfigMap, and leave the rest of it", () => {
    const jumbo = planOf({ ...smallLab(), fabric: { spines: 2, leaves: 2, mtu: 9000 } });
    expect(patchCalico(objects(), jumbo)[1]).toMatchObject({
      data: { calico_backend: "vxlan", veth_mtu: "8950", typha_service_name: "none" },
    });
  });

  test("keep order, other objects and other variables, and don't change their input", () => {
    const before = objects();
    const after = patchCalico(before, plan);
    expect(before).toEqual(objects());
    expect(after.map((each) => each.kind)).toEqual(before.map((each) => each.kind));
    expect(after[0]).toBe(before[0]);
    expect(JSON.stringify(after[2])).toContain(
      '{"name":"NODENAME","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}',
    );
  });

  test("made twice are the same as made once", () => {
    const once = patchCalico(objects(), plan);
    expect(patchCalico(once, plan)).toEqual(once);
  });

  test.each<[string, KubernetesObject[], string]>([
    [
      "no ConfigMap",
      objects().filter((each) => each.kind !== "ConfigMap"),
      "0 objects ConfigMap calico-config, one expected",
    ],
    [
      "no DaemonSet",
      objects().filter((each) => each.kind !== "DaemonSet"),
      "0 objects DaemonSet calico-node, one expected",
    ],
    ["two DaemonSets", [...objects(), objects()[2]!], "2 objects DaemonSet calico-node, one expected"],
    ["no MTU", objects({ config: { calico_backend: "bird" } }), "no veth_mtu in ConfigMap calico-config"],
    [
      "no data",
      objects().map((each) => (each.kind === "ConfigMap" ? { ...each, data: null } : each)),
      "ConfigMap calico-config has no data or pod template where expected",
    ],
    [
      "another version",
      objects({ image: "docker.io/calico/node:v3.31.0" }),
      "image docker.io/calico/node:v3.31.0 is not v3.28.5",
    ],
    [
      "a variable that is gone",
      objects({ env: (env) => env.filter((each) => each.name !== "FELIX_VXLANMTU") }),
      "no FELIX_VXLANMTU in the env of container calico-node",
    ],
    [
      "a probe for BIRD",
      objects({ liveness: ["-felix-live", "-bird-live"] }),
      "livenessProbe of calico-node asks BIRD, which vxlan mode doesn't run",
    ],
  ])("refuse a manifest with %s", (_title, manifest, message) => {
    expect(() => patchCalico(manifest, plan)).toThrow(new CalicoManifestError(message));
  });
});
