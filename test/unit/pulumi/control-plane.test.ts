import { clusterChanges } from "../../../pulumi/control-plane";
import { clusterLab } from "../../../plan/cluster";
import { makePlan, parseSpec } from "../../../plan";
import { kubeadmInit } from "../../../plan/render";

const LAB = {
  name: "seen",
  fabric: { spines: [{ name: "spine1", as: 65001 }], leaves: [{ name: "leaf1", as: 65101 }] },
  nodes: [{ name: "n1", leaf: "leaf1", role: "control-plane" }],
};

function init(kubernetes: object, calico: object = {}): string {
  const parsed = parseSpec({ ...LAB, kubernetes, calico });
  if ("problems" in parsed) throw new Error(parsed.problems.map((each) => each.message).join("; "));
  return kubeadmInit(clusterLab(makePlan(parsed.spec)));
}

describe("settings of a cluster that can't change while it runs", () => {
  test("none", () => expect(clusterChanges(init({}), init({}))).toEqual([]));

  test("are named with their document, path and both values", () => {
    expect(
      clusterChanges(
        init({ podCidr: "10.64.0.0/16", serviceCidr: "10.80.0.0/16" }),
        init({ podCidr: "10.65.0.0/16", serviceCidr: "10.80.0.0/16" }),
      ),
    ).toEqual(["ClusterConfiguration networking.podSubnet: 10.64.0.0/16 -> 10.65.0.0/16"]);
  });

  test("Calico's pool is one of them, though kubeadm doesn't read it", () => {
    expect(
      clusterChanges(init({ podCidr: "10.64.0.0/16" }), init({ podCidr: "10.64.0.0/16" }, { pool: "10.64.128.0/17" })),
    ).toEqual(["pool of Calico: not set -> 10.64.128.0/17"]);
  });

  test("a setting that older labs don't have, as after an upgrade of fabriclab", () => {
    const now = init({});
    const old = now.replace(/crashLoopBackOff:\n.*\n/, "");
    expect(old).not.toBe(now);
    expect(clusterChanges(old, now)).toEqual([
      'KubeletConfiguration crashLoopBackOff: not set -> {"maxContainerRestartPeriod":"10s"}',
    ]);
  });
});
