import type { Problem } from "../../spec";
import { sortProblems } from "../../spec";
import type { Allocation } from "../allocate";
import { duplicateAddress, nodeAddress, serverSubnetSize } from "./addresses";
import { asNumber, duplicateAs } from "./as-number";
import { kubernetesVersion, managementSize, podBlocks, serviceCidrSize } from "./cluster";
import { duplicateIndex, missingIndex, spineCapacity } from "./indices";
import { controlPlane, fabricSize, unknownLeaf } from "./membership";
import { mtu } from "./mtu";
import { duplicateName, nameSyntax } from "./names";
import { overlap } from "./overlap";
import { indexPools, linkPool } from "./pools";
import { duplicatePort } from "./ports";
import type { Rule } from "./rule";
import { specialRange } from "./special-range";
import { workloadReplicas } from "./workload";

export type { Rule } from "./rule";

/** Every rule of a lab by name of the function. */
export const RULES: Readonly<Record<string, Rule>> = {
  asNumber,
  controlPlane,
  duplicateAddress,
  duplicateAs,
  duplicateIndex,
  duplicateName,
  duplicatePort,
  fabricSize,
  indexPools,
  kubernetesVersion,
  linkPool,
  managementSize,
  missingIndex,
  mtu,
  nameSyntax,
  nodeAddress,
  overlap,
  podBlocks,
  serverSubnetSize,
  serviceCidrSize,
  specialRange,
  spineCapacity,
  unknownLeaf,
  workloadReplicas,
};

/** All problems of a lab, sorted. */
export function checkLab(lab: Allocation): Problem[] {
  return sortProblems(Object.values(RULES).flatMap((rule) => rule(lab)));
}
