import { readRegistered, REGISTERED_RULES, type RegisteredResource } from "../../../plan/rules/registered";
import { bgp, calico, kubeadm, lab, peer, pool, resource } from "./registered-resources";

/** What the rules say of some resources: rule, path, and what is wrong. */
const said = (...resources: RegisteredResource[]): string[] =>
  REGISTERED_RULES.flatMap((rule) =>
    rule.check(readRegistered(resources)).map(({ path, message }) => `${rule.name}: ${path}: ${message}`),
  );
const of = (provider: string, one: RegisteredResource): RegisteredResource => ({ ...one, provider });
const script = (create: string): RegisteredResource => resource("command:remote:Command", "init", { create });
const installation = (...ipPools: object[]): RegisteredResource =>
  resource("kubernetes:operator.tigera.io/v1:Installation", "default", { spec: { calicoNetwork: { ipPools } } });

describe("pools that give no pod an address", () => {
  test("a disabled pool tells Calico what is not to be translated: it may cover anything, and be one address", () => {
    expect(said(kubeadm("10.244.0.0/16", "10.96.0.0/12"), pool({ cidr: "10.0.0.0/8", disabled: true }))).toEqual([]);
    expect(said(pool({ cidr: "10.9.8.7/32", disabled: true }))).toEqual([]);
    expect(said(pool({ cidr: "10.9.8.7/32" }))).not.toEqual([]);
  });

  test("a pool for load balancers lies outside of the pods' range, and one for pods too does not", () => {
    const lies = (allowedUses: string[]): string[] =>
      said(kubeadm("10.244.0.0/16", "10.96.0.0/12"), pool({ cidr: "172.29.0.0/24", allowedUses }));
    expect(lies(["LoadBalancer"])).toEqual([]);
    expect(lies(["LoadBalancer", "Workload"])).toHaveLength(1);
  });
});

test("pools of two clusters are not compared, those of one are", () => {
  const [one, other] = [pool({ cidr: "10.244.0.0/16" }, "one"), pool({ cidr: "10.244.128.0/17" }, "other")];
  expect(said(of("prod", one), of("dr", other))).toEqual([]);
  expect(said(of("prod", one), of("prod", other))).toEqual([
    "calico-pool-overlap: spec.cidr: spec.cidr 10.244.128.0/17 overlaps 10.244.0.0/16 of IPPool one",
  ]);
});

describe("the operator's Installation", () => {
  test("has pools that are judged as IPPools are, at the place where they are written", () => {
    expect(
      said(kubeadm("10.244.0.0/16", "10.96.0.0/12"), installation({ cidr: "10.100.0.0/16", encapsulation: "VXLAN" })),
    ).toEqual([
      expect.stringContaining("calico-pool-outside: spec.calicoNetwork.ipPools[0].cidr: "),
      expect.stringContaining(
        "registered-overlap: spec.calicoNetwork.ipPools[0].cidr: the pool 10.100.0.0/16 overlaps the service subnet",
      ),
    ]);
    expect(said(kubeadm("10.244.0.0/16", "10.96.0.0/12"), installation({ cidr: "10.244.0.0/16" }))).toEqual([]);
    expect(said(installation({ cidr: "10.244.0.0/16", blockSize: 33 }))).toEqual([
      expect.stringContaining("spec.calicoNetwork.ipPools[0].blockSize is 33"),
    ]);
    expect(said(installation({ cidr: "10.244.0.0/16" }, { cidr: "10.244.4.0/24" }))).toEqual([
      expect.stringContaining("spec.calicoNetwork.ipPools[1].cidr 10.244.4.0/24 overlaps"),
    ]);
  });

  test("stands in the values of its Helm chart too", () => {
    const values = { installation: { calicoNetwork: { ipPools: [{ cidr: "192.168.0.0/16" }] } } };
    expect(
      said(kubeadm("10.244.0.0/16", "10.96.0.0/12"), resource("kubernetes:helm.sh/v3:Release", "calico", { values })),
    ).toEqual([
      expect.stringContaining("values.installation.calicoNetwork.ipPools[0].cidr 192.168.0.0/16 is not inside"),
    ]);
  });
});

describe("kubeadm in a command", () => {
  test.each([
    ["flags", "kubeadm init --pod-network-cidr=10.96.0.0/16 --service-cidr=10.96.0.0/12"],
    [
      "flags with spaces, and no service range: kubeadm's own is meant",
      "sudo kubeadm init --v 5 --pod-network-cidr 10.96.0.0/16",
    ],
    [
      "flags on lines that go on",
      "kubeadm init \\\n  --pod-network-cidr=10.96.0.0/16 \\\n  --upload-certs && echo done",
    ],
    [
      "a here-document",
      "cat >/tmp/k.yaml <<'EOF'\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  podSubnet: 10.96.0.0/16\nEOF\nkubeadm init --config /tmp/k.yaml",
    ],
    [
      "an indented here-document",
      "cat <<-X | kubeadm init --config /dev/stdin\n\tkind: ClusterConfiguration\n\tnetworking:\n\t  podSubnet: 10.96.0.0/16\n\tX\n",
    ],
  ])("%s: pods within the services are found", (_, text) => {
    expect(said(script(text)).map((line) => line.split(":")[0])).toEqual(["kubeadm-subnets", "registered-overlap"]);
  });

  test("is not a mention of it, nor a range that is fine", () => {
    expect(said(script("echo 'kubeadm init --pod-network-cidr is a flag'"))).toEqual([]);
    expect(said(script("kubeadm init --pod-network-cidr=10.244.0.0/16"))).toEqual([]);
    expect(said(script("kubeadm join 10.0.0.1:6443; other --pod-network-cidr=10.96.0.0/16"))).toEqual([]);
  });
});

test("a BGPPeer without an AS number, and selectors that are no texts", () => {
  expect(said(peer({ peerIP: "10.0.101.1" }))).toEqual([
    "calico-peer-fields: spec.asNumber: spec.peerIP 10.0.101.1 has no spec.asNumber: the session never comes up",
  ]);
  expect(said(peer({ nodeSelector: "all()", peerSelector: [{ ip: "10.0.1.5" }] }))).toEqual([
    "calico-peer-fields: spec.peerSelector: spec.peerSelector is no text, and Calico refuses the object",
  ]);
  expect(said(peer({ nodeSelector: "all()", peerSelector: "has(rr)" }))).toEqual([]);
});

describe("ranges of both families", () => {
  test("IPv6 pools are compared with each other and with the pods' range", () => {
    expect(said(pool({ cidr: "fd00:1::/48" }, "one"), pool({ cidr: "fd00:1:0:8::/64" }, "two"))).toEqual([
      "calico-pool-overlap: spec.cidr: spec.cidr fd00:1:0:8::/64 overlaps fd00:1::/48 of IPPool one",
    ]);
    const dual = kubeadm("10.244.0.0/16,fd00:244::/56", "10.96.0.0/12,fd00:96::/112");
    expect(said(dual, pool({ cidr: "10.244.0.0/16" }), pool({ cidr: "fd00:244::/57" }, "six"))).toEqual([]);
    expect(said(dual, pool({ cidr: "fd00:245::/64" }))).toEqual([
      "calico-pool-outside: spec.cidr: spec.cidr fd00:245::/64 is not inside the cluster's pod range fd00:244::/56",
    ]);
    expect(said(kubeadm("fd00:244::/56", "fd00:244::/112"))).toEqual([
      expect.stringContaining("networking.serviceSubnet fd00:244::/112 overlaps networking.podSubnet fd00:244::/56"),
      expect.stringContaining("the service subnet fd00:244::/112 overlaps the pod subnet fd00:244::/56"),
    ]);
  });

  test("a cluster of one family says nothing of pools of the other", () => {
    expect(said(kubeadm("10.244.0.0/16", "10.96.0.0/12"), pool({ cidr: "fd00:244::/64" }))).toEqual([]);
  });
});

describe("ranges that nodes announce", () => {
  const announced = (spec: object): RegisteredResource => calico("BGPConfiguration", { ...spec });
  const init = kubeadm("10.244.0.0/16", "10.96.0.0/12");

  test("are no pods", () => {
    expect(said(init, announced({ serviceClusterIPs: [{ cidr: "10.244.0.0/16" }] }))).toEqual([
      "registered-overlap: spec.serviceClusterIPs[0].cidr: the announced range 10.244.0.0/16 overlaps the pod subnet 10.244.0.0/16 (init, stdin (ClusterConfiguration networking.podSubnet))",
    ]);
    expect(said(init, announced({ serviceClusterIPs: [{ cidr: "10.96.0.0/12" }] }))).toEqual([]);
  });

  test("are no nodes", () => {
    const ranges = { serviceLoadBalancerIPs: [{ cidr: "203.0.113.0/24" }, { cidr: "10.0.101.0/24" }] };
    expect(said(lab(bgp), announced(ranges))).toEqual([
      expect.stringContaining(
        "spec.serviceLoadBalancerIPs[1].cidr: the announced range 10.0.101.0/24 overlaps the subnet",
      ),
    ]);
  });
});

describe("a cluster without its mesh", () => {
  const off = calico("BGPConfiguration", { nodeToNodeMeshEnabled: false });
  const toLeaf = (leaf: number, spec: object): RegisteredResource =>
    calico("BGPPeer", { peerIP: `10.0.10${leaf}.1`, asNumber: 65100 + leaf, ...spec }, `leaf${leaf}`);

  test("has a peer for the nodes of every rack", () => {
    const one = toLeaf(1, { nodeSelector: "rack == 'leaf1'" });
    expect(said(lab(bgp), off, one)).toEqual([
      "calico-mesh-off: spec.nodeToNodeMeshEnabled: spec.nodeToNodeMeshEnabled is false, and no BGPPeer chooses k8s-node-l2-1, k8s-node-l2-2",
    ]);
    expect(said(lab(bgp), off, one, toLeaf(2, { nodeSelector: "rack == 'leaf2'" }))).toEqual([]);
  });

  test("may have reflectors, which the other nodes choose", () => {
    const reflected = calico("BGPPeer", { nodeSelector: "rack == 'leaf2'", peerSelector: "rack == 'leaf1'" });
    expect(said(lab(bgp), off, reflected)).toEqual([]);
  });
});

test("every rule of Calico's objects names the versions of Calico that it speaks of", () => {
  expect(
    REGISTERED_RULES.filter(({ name, calico: versions }) => name.startsWith("calico-") !== (versions !== undefined)),
  ).toEqual([]);
});
