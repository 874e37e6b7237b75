import type { LabSpec, LeafSpec, SwitchSpec } from "../../lab-spec";
import { addressText, holds, knownRange, prefixRange, rangeText } from "../../lab-spec/ip";
import { settingValue } from "./setting";
import { LEAF_TIER, SPINE_TIER } from "./tiers";
import type { LeafAllocation, SwitchAllocation } from "./types";

/** Leaves come after this many spines in the loopback pool, and a leaf's server subnet has this number plus its index. */
const LEAF_OFFSET = 100;
const SERVER_SUBNET_LENGTH = 24;

/** The number a name ends with: 12 of "leaf12"; null if it ends with none or with 0. */
export function trailingNumber(name: string): number | null {
  const digits = /(\d{1,9})$/.exec(name)?.[1];
  return digits === undefined || Number(digits) === 0 ? null : Number(digits);
}

/** Numbers a spine from its index: AS number, loopback, hostname. */
export function allocateSpine(spec: SwitchSpec, lab: LabSpec): SwitchAllocation {
  return allocateSwitch(spec, SPINE_TIER, lab);
}

/** Numbers a leaf from its index: as a spine, and its server subnet. */
export function allocateLeaf(spec: LeafSpec, lab: LabSpec): LeafAllocation {
  const common = allocateSwitch(spec, LEAF_TIER, lab);
  const serverSubnet = settingValue(`${spec.path}.serverSubnet`, spec.serverSubnet, () =>
    nthSubnet(lab.fabric.serverSubnets, common.index.value),
  );
  const range = serverSubnet.value === null ? null : prefixRange(serverSubnet.value);
  return {
    ...common,
    spec,
    serverSubnet,
    gateway: spec.gateway ?? (range === null || range.length === 32 ? null : addressText(range.first + 1)),
  };
}

function allocateSwitch(spec: SwitchSpec, tier: number, lab: LabSpec): SwitchAllocation {
  const index = settingValue(`${spec.path}.index`, spec.index, () => trailingNumber(spec.name));
  const { base, offset } =
    tier === LEAF_TIER
      ? { base: lab.fabric.asBase.leaves, offset: LEAF_OFFSET }
      : { base: lab.fabric.asBase.spines, offset: 0 };
  return {
    spec,
    tier,
    name: spec.name,
    index,
    hostname: settingValue(`${spec.path}.hostname`, spec.hostname, () => `${hostLabel(spec.name)}.${lab.domain}`),
    as: settingValue(`${spec.path}.as`, spec.as, () => (index.value === null ? null : base + index.value)),
    loopback: settingValue(`${spec.path}.loopback`, spec.loopback, () =>
      nthAddress(lab.fabric.loopbacks, index.value === null ? null : offset + index.value),
    ),
  };
}

/** "leaf-sw1" of "leaf1": the names of the reference lab; any other name stands as it is. */
function hostLabel(name: string): string {
  return name.replace(/^(spine|leaf)(\d+)$/, "$1-sw$2");
}

function nthAddress(pool: string, n: number | null): string | null {
  const range = knownRange(pool);
  return n !== null && holds(range, range.first + n) ? addressText(range.first + n) : null;
}

function nthSubnet(pool: string, index: number | null): string | null {
  if (index === null) return null;
  const range = knownRange(pool);
  const size = 2 ** (32 - SERVER_SUBNET_LENGTH);
  const first = range.first + (LEAF_OFFSET + index) * size;
  return first + size - 1 <= range.last
    ? rangeText({ first, last: first + size - 1, length: SERVER_SUBNET_LENGTH })
    : null;
}
