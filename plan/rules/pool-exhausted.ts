import { valuesOf } from "../allocate";
import { leavesOf } from "../lookup";
import { defineRule, type Finding } from "./rule";

export const poolExhausted = defineRule({
  name: "pool-exhausted",
  title: "The loopback pool and the pool of server subnets reach every index",
  severity: "error",
  source: 'docs/spec.md, "Where addresses and numbers come from"',
  why: "A switch beyond its pool has no router ID or no server subnet.",
  fixed: "A switch without a loopback or a leaf without a server subnet can't be planned.",
  find: (lab) => {
    const { spec, switches } = lab;
    const finding = (path: string, message: string, values: Record<string, string>, pool: string): Finding => ({
      path,
      message,
      values,
      remedy: `Use a lower index, a larger ${pool}, or write the value here.`,
    });
    const loopbacks = switches
      .filter((each) => each.index.value !== null && each.loopback.value === null)
      .map((each) =>
        finding(
          each.loopback.path,
          `${each.name} with index ${each.index.value ?? ""} is beyond the loopback pool ${spec.fabric.loopbacks}`,
          { ...valuesOf(each.index), "fabric.loopbacks": spec.fabric.loopbacks },
          "fabric.loopbacks",
        ),
      );
    const subnets = leavesOf(lab)
      .filter((leaf) => leaf.index.value !== null && leaf.serverSubnet.value === null)
      .map((leaf) =>
        finding(
          leaf.serverSubnet.path,
          `${leaf.name} with index ${leaf.index.value ?? ""} is beyond the pool of server subnets ${spec.fabric.serverSubnets}`,
          { ...valuesOf(leaf.index), "fabric.serverSubnets": spec.fabric.serverSubnets },
          "fabric.serverSubnets",
        ),
      );
    return [...loopbacks, ...subnets];
  },
});
