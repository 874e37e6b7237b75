import { parseAllDocuments } from "yaml";
import { kubeadmInit, kubeadmJoin } from "../../../../plan/render";
import { DEFAULT_PLATFORM, type Platform } from "../../../../platforms";
import { planOf, stackValue } from "../labs";

const plan = planOf(stackValue("dev"));
const JOIN = { token: "abcdef.0123456789abcdef", caCertHash: "5f".repeat(32) };

/** Machines with a kernel, a disk and control groups of their own, reached at their own address. */
const own: Platform = {
  ...DEFAULT_PLATFORM,
  publishedAs: ["192.0.2.1"],
  node: {
    cgroupDriver: "systemd",
    cgroupV1: false,
    swap: false,
    userNamespace: false,
    ownDisk: true,
    ownConntrack: true,
    ignoredPreflightErrors: ["NumCPU"],
  },
};

const documents = (text: string): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    parseAllDocuments(text)
      .map((each) => each.toJS() as { kind: string })
      .map(({ kind, ...rest }) => [kind, rest]),
  );

test("the texts for containers are those for a machine that names no driver", () => {
  expect(kubeadmInit(plan)).toBe(kubeadmInit(plan, DEFAULT_PLATFORM));
  const { KubeletConfiguration, KubeProxyConfiguration } = documents(kubeadmInit(plan));
  expect(KubeletConfiguration).toMatchObject({ cgroupDriver: "cgroupfs", imageGCHighThresholdPercent: 100 });
  expect(KubeProxyConfiguration).toMatchObject({ conntrack: { maxPerCore: 0 } });
});

test("a machine with a kernel and a disk of its own keeps what Kubernetes does by itself", () => {
  const { KubeletConfiguration, KubeProxyConfiguration, ClusterConfiguration, InitConfiguration } = documents(
    kubeadmInit(plan, own),
  );
  expect(KubeletConfiguration).toMatchObject({
    cgroupDriver: "systemd",
    failCgroupV1: true,
    failSwapOn: true,
    featureGates: { KubeletCrashLoopBackOffMax: true },
  });
  expect(KubeletConfiguration).not.toHaveProperty("evictionHard");
  expect(KubeletConfiguration).not.toHaveProperty("imageGCHighThresholdPercent");
  expect(KubeletConfiguration).not.toHaveProperty("featureGates.KubeletInUserNamespace");
  expect(KubeProxyConfiguration).not.toHaveProperty("conntrack");
  expect(ClusterConfiguration).toHaveProperty("apiServer.certSANs", ["192.0.2.1", expect.any(String)]);
  expect(InitConfiguration).toHaveProperty("nodeRegistration.ignorePreflightErrors", ["NumCPU"]);
});

test("a worker's text is that of its own machine, not of the control plane's", () => {
  const text = kubeadmJoin(plan, "k8s-node-l1-1", JOIN, own);
  expect(documents(text).JoinConfiguration).toHaveProperty("nodeRegistration.ignorePreflightErrors", ["NumCPU"]);
});
