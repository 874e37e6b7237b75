import { isFabricAlone } from "../cluster";
import { VERSIONS, type LabSpec } from "../../lab-spec";
import type { Allocation } from "../allocate";
import { nodesSpeakBgp } from "../calico";
import { overheadOf } from "../mtu";
import { nodesOf } from "../lookup";
import { dnsServiceAddress, localServiceAddress } from "../service-addresses";
import type { CalicoPlan, ClusterPlan, LabPlan } from "../types";
import { sortLinks, sortServers, sortSwitches, sure } from "./common/order";
import { serverLinks, serverPlan } from "./servers";
import { fabricSession, serverSessions } from "./sessions";
import { fabricLink, switchPlan } from "./switches";

/**
 * The plan of an allocation that is complete, whether or not the rules like it: for predicting what a refused lab would do. Pure and deterministic, the order of the
 * spec's lists doesn't matter.
 */
export function planOf(lab: Allocation): LabPlan {
  const { spec } = lab;
  const links = sortLinks(lab.links);
  const servers = sortServers(lab.servers).map((server) => serverPlan(server, lab));
  return {
    name: spec.name,
    domain: spec.domain,
    management: { subnet: spec.management.subnet },
    switches: sortSwitches(lab.switches).map((each) => switchPlan(each, lab)),
    servers,
    links: [...links.map((link) => fabricLink(link, spec)), ...servers.flatMap(serverLinks)],
    sessions: [...links.map(fabricSession), ...serverSessions(servers)],
    ...(isFabricAlone(spec)
      ? { cluster: null, calico: null, workload: null }
      : { cluster: clusterPlan(lab), calico: calicoPlan(spec), workload: workloadPlan(spec) }),
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
      localService === null ? null : { name: localService, address: localServiceAddress(kubernetes.serviceCidr) },
  };
}

function clusterPlan(lab: Allocation): ClusterPlan {
  const control = sure(nodesOf(lab).find((node) => node.spec.role === "control-plane") ?? null);
  const { version, podCidr, serviceCidr } = lab.spec.kubernetes;
  return {
    kubernetesVersion: version,
    controlPlane: control.spec.name,
    apiAddress: sure(control.address.value),
    podCidr,
    serviceCidr,
    dnsAddress: dnsServiceAddress(serviceCidr),
  };
}
