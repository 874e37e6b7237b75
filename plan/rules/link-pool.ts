import { knownRange, rangeAround, rangeSize, rangeText } from "../../lab-spec/ip";
import { defineRule } from "./rule";

export const linkPool = defineRule({
  name: "link-pool",
  title: "The link pool holds a /31 for every link",
  severity: "error",
  source: "RFC 3021",
  why: "A link without addresses has no session.",
  fixed: "A link without addresses can't be planned.",
  find: ({ spec, links }) => {
    const missing = links.filter((link) => link.addresses === null);
    if (missing.length === 0) return [];
    const { pool } = spec.fabric.links;
    const needed = 2 * (missing.reduce((most, link) => Math.max(most, link.index), 0) + 1);
    const length = 32 - Math.ceil(Math.log2(needed));
    return [
      {
        path: "fabric.links.pool",
        message: `${pool} has ${Math.floor(rangeSize(knownRange(pool)) / 2)} /31 links, and the numbering reaches ${needed / 2}: ${missing.length} of ${links.length} links have none`,
        values: { "fabric.links.pool": pool },
        remedy: `Use a pool of /${length} or shorter, for example ${rangeText(rangeAround(knownRange(pool).first, length))}.`,
      },
    ];
  },
});
