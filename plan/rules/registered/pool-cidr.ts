import { looseRange, rangeText } from "../../../lab-spec/ip";
import { prefixFamily, range4 } from "./ip-range";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";
import type { Pool } from "./calico-types";

/** Block lengths that Calico takes, and the one of a pool that names none. */
const BLOCKS = { 4: { least: 20, greatest: 32, default: 26 }, 6: { least: 116, greatest: 128, default: 122 } } as const;

export const poolCidr: RegisteredRule = {
  name: "calico-pool-cidr",
  title: "An IPPool's range is a strict prefix that holds a block",
  severity: "error",
  scope: "resource",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/ippool",
  calico: "3.28",
  why: "Calico refuses the pool, or no node gets a block of it: pods stay in ContainerCreating.",
  check: ({ pools }) => pools.flatMap((pool) => (pool.cidr === null ? [] : findings(pool, pool.cidr))),
};

function findings(pool: Pool, cidr: string): RegisteredFinding[] {
  const family = prefixFamily(cidr);
  if (family === 0)
    return [
      found(
        pool,
        `${pool.path}.cidr`,
        `${pool.path}.cidr "${cidr}" is no prefix`,
        "Write a prefix, such as 10.244.0.0/16.",
      ),
    ];
  const loose = looseRange(cidr);
  if (family === 4 && loose !== null && range4(cidr) === null)
    return [
      found(
        pool,
        `${pool.path}.cidr`,
        `${pool.path}.cidr ${cidr} has bits set after its length`,
        `Write ${rangeText(loose)}.`,
      ),
    ];
  // A pool that gives no addresses out has no blocks.
  if (pool.disabled) return [];
  const { least, greatest, default: usual } = BLOCKS[family];
  const length = Number(cidr.split("/")[1]);
  const size = pool.blockSize ?? usual;
  if (size < least || size > greatest)
    return [
      found(
        pool,
        `${pool.path}.blockSize`,
        `${pool.path}.blockSize is ${size}, and of IPv${family} pools it lies from ${least} to ${greatest}`,
        `Write a length from ${least} to ${greatest}; ${usual} is usual.`,
      ),
    ];
  if (size < length)
    return [
      found(
        pool,
        `${pool.path}.blockSize`,
        `${pool.path}.cidr ${cidr} is smaller than one block of /${size}`,
        `Write a range of /${size} or larger, or a longer blockSize.`,
      ),
    ];
  return [];
}
