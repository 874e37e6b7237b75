import { sortProblems, type Problem } from "../../lab-spec";
import type { Allocation } from "../allocate";
import { aggregateEmpty } from "./aggregate-empty";
import { asSizeMix } from "./as-size-mix";
import { bgpNoEffect } from "./bgp-no-effect";
import { bgpTimers } from "./bgp-timers";
import { calicoAs } from "./calico-as";
import { calicoRouting } from "./calico-routing";
import { controlPlane } from "./control-plane";
import { crossSubnetEffect } from "./cross-subnet-effect";
import { documentationAs } from "./documentation-as";
import { duplicateAddress } from "./duplicate-address";
import { duplicateAs } from "./duplicate-as";
import { duplicateHostname } from "./duplicate-hostname";
import { duplicateIndex } from "./duplicate-index";
import { duplicateName } from "./duplicate-name";
import { duplicateNeighbor } from "./duplicate-neighbor";
import { duplicateNetwork } from "./duplicate-network";
import { duplicatePort } from "./duplicate-port";
import { ecmpWidth } from "./ecmp-width";
import { fabricSize } from "./fabric-size";
import { growth } from "./growth";
import { hostAddress } from "./host-address";
import { hostOverlap } from "./host-overlap";
import { ibgpFabric } from "./ibgp-fabric";
import { ipipNextHop } from "./ipip-next-hop";
import { kubernetesVersion } from "./kubernetes-version";
import { leafGateway } from "./leaf-gateway";
import { linkLocalLinks } from "./link-local-links";
import { linkPool } from "./link-pool";
import { managementSize } from "./management-size";
import { maximumPrefix } from "./maximum-prefix";
import { meshSubnets } from "./mesh-subnets";
import { missingIndex } from "./missing-index";
import { mtu } from "./mtu";
import { nameSyntax } from "./name-syntax";
import { needsNodes } from "./needs-nodes";
import { neighborAs } from "./neighbor-as";
import { neighborOffSubnet } from "./neighbor-off-subnet";
import { neighborOneSided } from "./neighbor-one-sided";
import { neighborSelf } from "./neighbor-self";
import { neighborSource } from "./neighbor-source";
import { neighborUnknown } from "./neighbor-unknown";
import { netscalerAs } from "./netscaler-as";
import { netscalerMode } from "./netscaler-mode";
import { netscalerUnbuilt } from "./netscaler-unbuilt";
import { networkRange } from "./network-range";
import { nodeAddress } from "./node-address";
import { nodeCidrs } from "./node-cidrs";
import { overlap } from "./overlap";
import { overrideLoop } from "./override-loop";
import { podBlocks } from "./pod-blocks";
import { poolExhausted } from "./pool-exhausted";
import { poolOutside } from "./pool-outside";
import { poolPods } from "./pool-pods";
import { publicAs } from "./public-as";
import { rackLoop } from "./rack-loop";
import { reflectorAs } from "./reflector-as";
import { reflectorMesh } from "./reflector-mesh";
import { reflectorName } from "./reflector-name";
import { reflectorQuorum } from "./reflector-quorum";
import { reflectorRack } from "./reflector-rack";
import { reservedAs } from "./reserved-as";
import { rpFilterEcmp } from "./rp-filter-ecmp";
import { rpFilterLinks } from "./rp-filter-links";
import { serverSubnetSize } from "./server-subnet-size";
import { serviceCidrSize } from "./service-cidr-size";
import { specialRange } from "./special-range";
import { spineCapacity } from "./spine-capacity";
import { unknownLeaf } from "./unknown-leaf";
import { vipRange } from "./vip-range";
import { vxlanPort } from "./vxlan-port";
import { vxlanPortKnown } from "./vxlan-port-known";
import { workloadReplicas } from "./workload-replicas";
import type { HostFacts } from "./common/host-facts";
import type { Rule } from "./rule";
import { OUTCOME_RULE_TEXTS } from "./outcome-rules";
import { ruleSwitch } from "./rule-switch";

export type { HostFacts } from "./common/host-facts";
export type { Rule } from "./rule";

const LAB_RULES: readonly Rule[] = [
  aggregateEmpty,
  asSizeMix,
  bgpNoEffect,
  bgpTimers,
  calicoAs,
  calicoRouting,
  controlPlane,
  crossSubnetEffect,
  documentationAs,
  duplicateAddress,
  duplicateAs,
  duplicateHostname,
  duplicateIndex,
  duplicateName,
  duplicateNeighbor,
  duplicateNetwork,
  duplicatePort,
  ecmpWidth,
  fabricSize,
  growth,
  hostAddress,
  hostOverlap,
  ibgpFabric,
  ipipNextHop,
  kubernetesVersion,
  leafGateway,
  linkLocalLinks,
  linkPool,
  managementSize,
  maximumPrefix,
  meshSubnets,
  missingIndex,
  mtu,
  nameSyntax,
  needsNodes,
  neighborAs,
  neighborOffSubnet,
  neighborOneSided,
  neighborSelf,
  neighborSource,
  neighborUnknown,
  netscalerAs,
  netscalerMode,
  netscalerUnbuilt,
  networkRange,
  nodeAddress,
  nodeCidrs,
  overlap,
  overrideLoop,
  podBlocks,
  poolExhausted,
  poolOutside,
  poolPods,
  publicAs,
  rackLoop,
  reflectorAs,
  reflectorMesh,
  reflectorName,
  reflectorQuorum,
  reflectorRack,
  reservedAs,
  rpFilterEcmp,
  rpFilterLinks,
  serverSubnetSize,
  serviceCidrSize,
  specialRange,
  spineCapacity,
  unknownLeaf,
  vipRange,
  vxlanPort,
  vxlanPortKnown,
  workloadReplicas,
];

/** Every rule, by name. */
export const RULES: readonly Rule[] = [...LAB_RULES, ruleSwitch([...LAB_RULES, ...OUTCOME_RULE_TEXTS])].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);

/** Whether the spec of a lab switches a rule off. */
export function isOff(rule: Rule, { spec }: Allocation): boolean {
  return rule.fixed === null && Object.hasOwn(spec.rules, rule.name);
}

/** All problems of a lab by the rules that are on, sorted; errors and warnings. */
export function checkLab(lab: Allocation, host?: HostFacts): Problem[] {
  return sortProblems(RULES.filter((rule) => !isOff(rule, lab)).flatMap((rule) => rule.check(lab, host)));
}
