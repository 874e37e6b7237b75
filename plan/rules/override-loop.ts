import type { LinkAllocation } from "../allocate";
import { bgpSetting, isOn } from "./common/settings";
import { defineRule } from "./rule";

export const overrideLoop = defineRule({
  name: "override-loop",
  title: "Of the two ends of a link at most one overrides AS numbers",
  severity: "warning",
  source: "RFC 4271, section 9.1.2; https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-neighbor-PEER-as-override",
  why: "Where both ends write their own number over the other's, neither finds itself in a path that comes back: a route that is withdrawn goes round, on ever longer paths, for minutes.",
  find: (lab) => {
    const overrides = ({ lower, upper }: LinkAllocation): boolean =>
      lower.as.value !== upper.as.value && [lower, upper].every((each) => isOn(each, lab, "asOverride"));
    // One place is enough: the setting of one side is to go, wherever it stands.
    const link = lab.links.find(overrides);
    const [lower, upper] =
      link === undefined ? [] : [link.lower, link.upper].map((each) => bgpSetting(each, lab, "asOverride"));
    if (link === undefined || lower === undefined || upper === undefined || lower === null || upper === null) return [];
    return [
      {
        path: upper.path,
        message: `${link.lower.name} and ${link.upper.name} both override the AS numbers of their neighbors: routes that come back to them are taken for new ones`,
        values: { [lower.path]: "true", [upper.path]: "true" },
        remedy:
          lower.path === upper.path
            ? `Write asOverride for the spines alone, at spines[].bgp, and take ${lower.path} out.`
            : `Take ${lower.path} out.`,
      },
    ];
  },
});
