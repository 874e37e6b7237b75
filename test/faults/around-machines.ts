/** What people did to cables, machines and the objects of Kubernetes and Calico. */
import type { LabPlan } from "../../plan";
import { hostsOf } from "../../plan/lookup";
import type { HandMadeFault } from "./fault";
import { ADMIN, controlPlane, host, leaf, speaksBgp, spine, worker } from "./where";

/** Cables and machines. */
const MACHINES: readonly HandMadeFault[] = [
  {
    title: "a link down",
    on: leaf,
    break: ({ uplink }) => `ip link set dev ${uplink} down`,
    shown: /index:Link leaf\S+-spine\S+ updated/,
  },
  {
    title: "a link's MTU",
    on: worker,
    break: ({ workerPort }) => `ip link set dev ${workerPort} mtu 1300`,
    shown: /index:Link \S+ (updated|deleted)/,
  },
  {
    title: "a cable removed",
    on: leaf,
    break: ({ uplink }) => `ip link del dev ${uplink}`,
    shown: /index:Link \S+ (updated|deleted)/,
  },
  ...(["stop", "pause", "rm -f"] as const).flatMap((how) =>
    (
      [
        ["spine", spine],
        ["leaf", leaf],
        ["worker", worker],
        ["control plane", controlPlane],
        ["host", host],
      ] as const
    ).map(([kind, on]): HandMadeFault => ({
      title: `a ${kind}'s machine: docker ${how}`,
      on,
      ...(kind === "host" ? { needs: (plan: LabPlan) => hostsOf(plan).length > 0 } : {}),
      where: "engine",
      break: (lab) => `docker ${how} ${lab.container(on(lab))}`,
      shown: /index:Machine \S+ (updated|deleted)/,
    })),
  ),
];

/** @param spec what somebody changed in the specification of the workload's service, as JSON */
const patchedService = (title: string, spec: string): HandMadeFault => ({
  title,
  on: controlPlane,
  break: ({ plan }) =>
    `${ADMIN} -n ${plan.workload!.namespace} patch service ${plan.workload!.service} -p '{"spec":${spec}}'`,
  shown: /v1:Service \S+ updated/,
  needs: ({ workload }) => workload !== null,
});

/** Objects of Kubernetes and Calico. */
const OBJECTS: readonly HandMadeFault[] = [
  {
    title: "a node's AS",
    on: controlPlane,
    break: ({ worker: name }) => `${ADMIN} annotate node ${name} --overwrite projectcalico.org/ASNumber=64999`,
    shown: /annotation projectcalico\.org\/ASNumber: 64999 =>/,
    needs: speaksBgp,
  },
  {
    title: "a node's rack",
    on: controlPlane,
    break: ({ worker: name }) => `${ADMIN} label node ${name} --overwrite rack=elsewhere`,
    shown: /label rack: elsewhere =>/,
    needs: speaksBgp,
  },
  {
    title: "CoreDNS scaled to nothing",
    on: controlPlane,
    break: () => `${ADMIN} -n kube-system scale deployment coredns --replicas 0`,
    shown: /~ deployment kube-system\/coredns: 0 replicas => 2/,
  },
  {
    title: "calico-kube-controllers scaled to nothing",
    on: controlPlane,
    break: () => `${ADMIN} -n kube-system scale deployment calico-kube-controllers --replicas 0`,
    shown: /Deployment \S*calico-kube-controllers updated/,
  },
  {
    title: "natOutgoing switched",
    on: controlPlane,
    break: () =>
      `${ADMIN} patch ippools.crd.projectcalico.org default-ipv4-ippool --type merge -p "{\\"spec\\":{\\"natOutgoing\\":$(${ADMIN} get ippools.crd.projectcalico.org default-ipv4-ippool -o jsonpath='{.spec.natOutgoing}' | sed 's/true/FALSE/;s/false/true/;s/FALSE/false/')}}"`,
    shown: /IPPool \S*default-ipv4-ippool updated/,
  },
  {
    title: "a BGPPeer removed",
    on: controlPlane,
    break: () => `${ADMIN} delete $(${ADMIN} get bgppeers.crd.projectcalico.org -o name | head -n 1)`,
    shown: /BGPPeer \S+ deleted/,
    needs: speaksBgp,
  },
  patchedService("a service's type", '{"type":"NodePort"}'),
  patchedService("a service's selector", '{"selector":{"app":"nobody"}}'),
  {
    title: "the workload scaled",
    on: controlPlane,
    break: ({ plan }) => `${ADMIN} -n ${plan.workload!.namespace} scale deployment ${plan.workload!.name} --replicas 1`,
    shown: /v1:Deployment \S+ updated/,
    needs: ({ workload }) => workload !== null,
  },
];

const YAML_OF = (kind: string, apiVersion: string, name: string, spec: string): string =>
  `printf '%s' '{"apiVersion":"${apiVersion}","kind":"${kind}","metadata":{"name":"${name}"},"spec":${spec}}' | ${ADMIN} apply -f -`;

/** Objects that are not the lab's: whoever made one may mean it, so that it stays, and the command that deletes it is named. */
const STRANGERS: readonly HandMadeFault[] = [
  {
    title: "a BGPPeer that is nobody's",
    on: controlPlane,
    break: ({ workerGateway }) =>
      YAML_OF(
        "BGPPeer",
        "crd.projectcalico.org/v1",
        "typed",
        `{"peerIP":"${workerGateway.replace(/\d+$/, "250")}","asNumber":64999}`,
      ),
    shown: /\+ BGPPeer typed, which is not the lab's/,
    refused: {
      because: "somebody may mean it",
      undo: () => `${ADMIN} delete bgppeers.crd.projectcalico.org typed`,
    },
    needs: speaksBgp,
  },
  {
    title: "a NetworkPolicy that is nobody's",
    on: controlPlane,
    break: ({ plan }) =>
      `${YAML_OF("NetworkPolicy", "networking.k8s.io/v1", "deny", '{"podSelector":{},"policyTypes":["Ingress"]}')} -n ${plan.workload!.namespace}`,
    shown: /\+ NetworkPolicy \S+\/deny, which is not the lab's/,
    refused: {
      because: "somebody may mean it",
      undo: ({ plan }) => `${ADMIN} delete networkpolicies.networking.k8s.io deny -n ${plan.workload!.namespace}`,
    },
    needs: ({ workload }) => workload !== null,
  },
];

export const AROUND_MACHINES: readonly HandMadeFault[] = [...MACHINES, ...OBJECTS, ...STRANGERS];
