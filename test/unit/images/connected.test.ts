import { connectedSteps } from "../../../setup/setup";
import { ordered } from "../../../steps/run";
import { dockerfile } from "../../../images/connected/machine";
import { ROOTFS } from "../../../images/rootfs";
import { imageSteps } from "../../../images/steps";
import { kubernetesUrl, manifestUrl, POD_IMAGES, pullName } from "../../../images/upstream";
import { VERSIONS } from "../../../lab-spec/versions";

const saved = { ...process.env };
afterEach(() => {
  process.env = { ...saved };
});

describe("names to pull", () => {
  test("upstream's own without a mirror", () =>
    expect(pullName(POD_IMAGES.pause, undefined)).toBe(`registry.k8s.io/pause:${VERSIONS.pause}`));
  test("an empty setting is no mirror", () => expect(pullName(POD_IMAGES.pause, "")).toBe(POD_IMAGES.pause));
  test.each(["mirror.example:5000", "mirror.example:5000/"])("a mirror has upstream's registry as a folder: %s", (m) =>
    expect(pullName(POD_IMAGES.nginx, m)).toBe(`mirror.example:5000/docker.io/library/nginx:${VERSIONS.nginx}`),
  );
  test("the mirror is read from the environment", () => {
    process.env.FABRICLAB_REGISTRY_MIRROR = "m:1";
    expect(pullName("registry.k8s.io/x:1")).toBe("m:1/registry.k8s.io/x:1");
  });
  test("no two images share a name", () =>
    expect(new Set(Object.values(POD_IMAGES)).size).toBe(Object.keys(POD_IMAGES).length));
});

test("addresses follow their settings", () => {
  delete process.env.FABRICLAB_KUBERNETES_RELEASES;
  delete process.env.FABRICLAB_CALICO_MANIFESTS;
  expect(kubernetesUrl("kubelet")).toBe(`https://dl.k8s.io/release/${VERSIONS.kubernetes}/bin/linux/amd64/kubelet`);
  expect(manifestUrl("calico.yaml")).toContain(`/${VERSIONS.calico}/manifests/calico.yaml`);
  process.env.FABRICLAB_KUBERNETES_RELEASES = "http://files/k8s";
  process.env.FABRICLAB_CALICO_MANIFESTS = "http://files/calico";
  expect(kubernetesUrl("kubelet")).toBe(`http://files/k8s/${VERSIONS.kubernetes}/bin/linux/amd64/kubelet`);
  expect(manifestUrl("calico.yaml")).toBe("http://files/calico/calico.yaml");
});

test.each(["switch", "node"] as const)(
  "a %s has the packages of the registry way, boots and stops the same",
  (role) => {
    const text = dockerfile(role, "base:1");
    expect(text.split("\n")[0]).toBe("FROM base:1");
    expect(/--no-install-recommends ([^\\]+) \\/.exec(text)![1]!.split(" ")).toEqual([...ROOTFS[role].packages]);
    expect(text).toContain("STOPSIGNAL SIGRTMIN+3\n");
    expect(text).toContain('CMD ["/usr/lib/fabriclab/init"]\n');
    // Keys and the machine id are each machine's own.
    expect(text).toMatch(/rm -rf .*\/etc\/ssh\/ssh_host_\*.* : > \/etc\/machine-id/);
  },
);

test("both ways end in the same steps' results, and neither takes a step of the other's sources", () => {
  const ids = (way: "registry" | "connected"): string[] => imageSteps(way).map((s) => s.id);
  for (const id of ["image-switch", "image-node", "pod-images", "image-store", "calico-manifests"])
    for (const way of ["registry", "connected"] as const) expect(ids(way)).toContain(id);
  expect(ids("connected").filter((id) => id.startsWith("rootfs-"))).toEqual([]);
  expect(
    ordered(connectedSteps())
      .flatMap((s) => s.needs)
      .filter((n) => n.startsWith("go-") || n === "host-packages"),
  ).toEqual([]);
});
