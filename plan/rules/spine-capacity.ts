import { valuesOf } from "../allocate";
import { spinesOf } from "../lookup";
import { defineRule } from "./rule";

export const spineCapacity = defineRule({
  name: "spine-capacity",
  title: "Spine indices stay within the capacity of the link numbering",
  severity: "error",
  source: "docs/spec.md, fabric.links.spineCapacity",
  why: "Links are numbered by leaf and spine index within that capacity, so that no switch that comes or goes moves another's addresses.",
  fixed: "A spine beyond the capacity has no links.",
  find: (lab) => {
    const capacity = lab.spec.fabric.links.spineCapacity;
    return spinesOf(lab)
      .filter((spine) => (spine.index.value ?? 0) > capacity)
      .map((spine) => ({
        path: spine.index.path,
        message: `${spine.name} has index ${spine.index.value ?? ""}, above the spine capacity ${capacity}`,
        values: { ...valuesOf(spine.index), "fabric.links.spineCapacity": String(capacity) },
        remedy: `Use an index up to ${capacity}, or raise fabric.links.spineCapacity (this renumbers the links of leaves above ${capacity}).`,
      }));
  },
});
