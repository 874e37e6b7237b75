import type { Check } from "../types";
import { filesWritten, firewallRules, kernelState, nodeMarks, runningConfig, servicesRun } from "./configured";
import { dns } from "./dns";
import { encapsulation } from "./encapsulation";
import { forwarding } from "./forwarding";
import { interfaces } from "./interfaces";
import { machines } from "./machines";
import { nodePeers } from "./node-bgp";
import { nodeTables } from "./node-tables";
import { nodes } from "./nodes";
import { plannedObjects } from "./objects";
import { outcome } from "./outcome";
import { outside } from "./outside";
import { overlay } from "./overlay";
import { podMtu } from "./pod-mtu";
import { podPathsCheck } from "./pod-paths";
import { prefixes } from "./prefixes";
import { reservedRanges } from "./reserved-ranges";
import { reversePath } from "./reverse-path";
import { service } from "./service";
import { sessions } from "./sessions";
import { system } from "./system";
import { tables } from "./tables";
import { workload } from "./workload";

/** Every check, from the cables up. */
export const CHECKS: readonly Check[] = [
  machines,
  servicesRun,
  filesWritten,
  interfaces,
  kernelState,
  firewallRules,
  reversePath,
  runningConfig,
  sessions,
  prefixes,
  tables,
  outcome,
  forwarding,
  reservedRanges,
  nodes,
  nodeMarks,
  system,
  plannedObjects,
  overlay,
  nodePeers,
  nodeTables,
  workload,
  podPathsCheck,
  encapsulation,
  podMtu,
  service,
  outside,
  dns,
];
