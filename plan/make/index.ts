import { InvalidLabError, isError, VERSIONS, type LabSpec } from "../../lab-spec";
import { addressText, knownRange } from "../../lab-spec/ip";
import { allocate, type Allocation } from "../allocate";
import { nodesSpeakBgp } from "../calico";
import { overheadOf } from "../mtu";
import { checkLab } from "../rules";
import type { CalicoPlan, LabPlan } from "../types";
import { byIndex, sortLinks, sortNodes, sortServers, sure } from "./order";
import { hostPlan, netscalerPlan, nodePlan, serverLink } from "./servers";
import { fabricSession, serverSessions } from "./sessions";
import { fabricLink, leafPlan, spinePlan } from "./switches";

/** kubeadm gives cluster DNS the tenth address of the service range. */
const DNS_OFFSET = 10;
/** In the part of the service range that Kubernetes leaves to addresses chosen by hand (its first sixteenth, 16 to 256 addresses: KEP-3070). */
const LOCAL_SERVICE_OFFSET = 15;

/**
 * The plan of a lab: pure and deterministic, the order of the spec's lists doesn't matter.
 *
 * @throws InvalidLabError if a rule objects
 */
export function makePlan(spec: LabSpec): LabPlan {
  const lab = allocate(spec);
  const problems = checkLab(lab).filter(isError);
  if (problems.length > 0) throw new InvalidLabError(problems);
  return planOf(lab);
}

/** The plan of an allocation that is complete, whether or not the rules like it: for predicting what a refused lab would do. */
export function planOf(lab: Allocation): LabPlan {
  const { spec } = lab;
  const links = sortLinks(lab.links);
  const nodes = sortNodes(lab.nodes).map((node) => nodePlan(node, lab));
  const hosts = sortServers(lab.hosts).map((host) => hostPlan(host, spec));
  const netscaler = lab.netscaler === null ? null : netscalerPlan(lab.netscaler, lab);
  return {
    name: spec.name,
    domain: spec.domain,
    management: { subnet: spec.management.subnet },
    switches: [
      ...byIndex(lab.spines).map((spine) => spinePlan(spine, lab)),
      ...byIndex(lab.leaves).map((leaf) => leafPlan(leaf, lab)),
    ],
    nodes,
    hosts,
    netscaler,
    links: [
      ...links.map((link) => fabricLink(link, spec)),
      ...[...nodes, ...hosts, ...(netscaler === null ? [] : [netscaler])].map(serverLink),
    ],
    sessions: [...links.map(fabricSession), ...serverSessions(nodes, netscaler)],
    cluster: clusterPlan(lab),
    calico: calicoPlan(spec),
    workload: workloadPlan(spec),
  };
}

function calicoPlan({ calico, fabric, kubernetes }: LabSpec): CalicoPlan {
  const { routing, encapsulation, vxlan, blockSize, bgp } = calico;
  return {
    version: VERSIONS.calico,
    routing,
    encapsulation: { ...encapsulation },
    vxlan: { ...vxlan },
    pool: calico.pool ?? kubernetes.podCidr,
    blockSize,
    podMtu: calico.podMtu ?? fabric.mtu - overheadOf(encapsulation),
    bgp: nodesSpeakBgp(calico)
      ? {
          as: bgp.as,
          nodeAs: bgp.nodeAs,
          mesh: bgp.mesh,
          routeReflectors: [...bgp.routeReflectors].sort(),
          clusterId: bgp.clusterId,
          allowedLocalAs: bgp.acrossRacks === "allowas-in" && bgp.nodeAs === "cluster" ? 1 : 0,
          password: bgp.password,
          advertiseServices: bgp.advertiseServices,
          keepalive: bgp.keepalive,
          hold: bgp.hold,
        }
      : null,
  };
}

function workloadPlan({ workload, kubernetes }: LabSpec): LabPlan["workload"] {
  if (workload === null) return null;
  const { localService } = workload;
  return {
    ...workload,
    localService:
      localService === null
        ? null
        : { name: localService, address: addressText(knownRange(kubernetes.serviceCidr).first + LOCAL_SERVICE_OFFSET) },
  };
}

function clusterPlan(lab: Allocation): LabPlan["cluster"] {
  const control = sure(lab.nodes.find((node) => node.spec.role === "control-plane") ?? null);
  const { version, podCidr, serviceCidr } = lab.spec.kubernetes;
  return {
    kubernetesVersion: version,
    controlPlane: control.spec.name,
    apiAddress: sure(control.address.value),
    podCidr,
    serviceCidr,
    dnsAddress: addressText(knownRange(serviceCidr).first + DNS_OFFSET),
  };
}
