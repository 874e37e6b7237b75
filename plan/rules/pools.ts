import { knownRange, rangeAround, rangeSize, rangeText } from "../../spec/ip";
import type { Problem } from "../../spec";
import { valuesOf } from "../allocate";
import type { Rule } from "./rule";

/** The link pool holds a /31 for every link. */
export const linkPool: Rule = ({ spec, links }) => {
  const missing = links.filter((link) => link.addresses === null);
  if (missing.length === 0) return [];
  const { pool } = spec.fabric.links;
  const needed = 2 * (Math.max(...missing.map((link) => link.index)) + 1);
  const length = 32 - Math.ceil(Math.log2(needed));
  return [
    {
      path: "fabric.links.pool",
      message: `${pool} has ${rangeSize(knownRange(pool)) / 2} /31 links, and the numbering reaches ${needed / 2}: ${missing.length} of ${links.length} links have none`,
      values: { "fabric.links.pool": pool },
      remedy: `Use a pool of /${length} or shorter, for example ${rangeText(rangeAround(knownRange(pool).first, length))}.`,
      rule: "link-pool",
    },
  ];
};

/** The loopback pool and the pool of server subnets reach every index. */
export const indexPools: Rule = ({ spec, spines, leaves }) => {
  const problem = (path: string, message: string, values: Record<string, string>, pool: string): Problem => ({
    path,
    message,
    values,
    remedy: `Use a lower index, a larger ${pool}, or write the value here.`,
    rule: "pool-exhausted",
  });
  const loopbacks = [...spines, ...leaves]
    .filter((each) => each.index.value !== null && each.loopback.value === null)
    .map((each) =>
      problem(
        each.loopback.path,
        `${each.name} with index ${each.index.value ?? ""} is beyond the loopback pool ${spec.fabric.loopbacks}`,
        { ...valuesOf(each.index), "fabric.loopbacks": spec.fabric.loopbacks },
        "fabric.loopbacks",
      ),
    );
  const subnets = leaves
    .filter((leaf) => leaf.index.value !== null && leaf.serverSubnet.value === null)
    .map((leaf) =>
      problem(
        leaf.serverSubnet.path,
        `${leaf.name} with index ${leaf.index.value ?? ""} is beyond the pool of server subnets ${spec.fabric.serverSubnets}`,
        { ...valuesOf(leaf.index), "fabric.serverSubnets": spec.fabric.serverSubnets },
        "fabric.serverSubnets",
      ),
    );
  return [...loopbacks, ...subnets];
};
