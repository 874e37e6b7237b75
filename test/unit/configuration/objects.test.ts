import { driftOf, isLeft, leftText } from "../../../configuration/drift";
import type { Wanted } from "../../../configuration/wanted";
import { repairProgram, repairs } from "../../../provider/configuration/repair";

const wanted: Wanted = {
  files: {},
  routing: null,
  system: null,
  member: null,
  deployments: [],
  objects: { BGPPeer: ["leaf1"], NetworkPolicy: [] },
};
const own = { apiVersion: "crd.projectcalico.org/v1", kind: "BGPPeer", metadata: { name: "leaf1" } };
const seen = (...items: object[]): ReturnType<typeof driftOf> =>
  driftOf(new Map([["objects", { status: 0, text: JSON.stringify({ items }) }]]), wanted);

test("the lab's own objects are no difference", () => {
  expect(seen(own)).toEqual([]);
});

test.each([
  [
    { apiVersion: "crd.projectcalico.org/v1", kind: "BGPPeer", metadata: { name: "typed" } },
    "+ BGPPeer typed, which is not the lab's; on m1: kubectl --kubeconfig /etc/kubernetes/admin.conf delete bgppeers.crd.projectcalico.org typed",
  ],
  [
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny", namespace: "space1" } },
    "+ NetworkPolicy space1/deny, which is not the lab's; on m1: kubectl --kubeconfig /etc/kubernetes/admin.conf delete networkpolicies.networking.k8s.io deny -n space1",
  ],
])("an object that is not the lab's is told with the command that deletes it, and left", (object, says) => {
  const found = seen(own, object);
  expect(found.map((each) => [isLeft(each), leftText(each, "m1")])).toEqual([[true, says]]);
  expect(repairProgram(repairs(found), wanted).text).toBe("");
});
