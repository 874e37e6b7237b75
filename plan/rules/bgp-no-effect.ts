import type { Allocation, SwitchAllocation } from "../allocate";
import { SPINE_TIER } from "../allocate/tiers";
import { nodesOf, spinesOf } from "../lookup";
import { bgpSetting, isOn } from "./common/settings";
import { defineRule, type Finding } from "./rule";

export const bgpNoEffect = defineRule({
  name: "bgp-no-effect",
  title: "A BGP setting of a switch has something to act on",
  severity: "warning",
  source:
    "RFC 4456; RFC 5882, section 4 (BFD needs both ends); RFC 8326 (graceful shutdown moves traffic to another path)",
  why: "Who wrote the setting counts on what it does, and it does nothing.",
  find: (lab) => {
    const { switches } = lab;
    const findings = switches.flatMap((each) => [
      ...internalOnly(each, lab),
      ...clusterId(each, lab),
      ...bfd(each, lab),
      ...drain(each, lab),
    ]);
    // A setting of the whole fabric is fine if it does something somewhere.
    const common = (path: string): boolean => path.startsWith("fabric.bgp.");
    const idle = new Map(findings.filter(({ path }) => common(path)).map((finding) => [finding.path, finding]));
    const useless = [...idle.values()].filter(
      ({ path }) => findings.filter((each) => each.path === path).length === switches.length,
    );
    return [
      ...findings.filter(({ path }) => !common(path)),
      ...useless.map((finding) => ({ ...finding, message: `${finding.path} has no effect on any switch` })),
    ];
  },
});

function internalOnly(of: SwitchAllocation, lab: Allocation): Finding[] {
  return (["routeReflector", "nextHopSelf"] as const).flatMap((key) => {
    const setting = bgpSetting(of, lab, key);
    if (setting?.value !== true || hasInternal(of, lab)) return [];
    return [
      {
        path: setting.path,
        message: `${key} of ${of.name} has no effect: it has no iBGP neighbor`,
        values: { [setting.path]: "true" },
        remedy: "Leave it out, or give its neighbors the same AS number.",
      },
    ];
  });
}

function hasInternal(of: SwitchAllocation, lab: Allocation): boolean {
  const { links, spec } = lab;
  const as = of.as.value;
  const { mode, bgp } = spec.calico;
  return (
    links.some(
      (link) => (link.lower === of && link.upper.as.value === as) || (link.upper === of && link.lower.as.value === as),
    ) ||
    of.spec.neighbors.some((each) => each.remoteAs === as) ||
    (mode === "bgp" &&
      nodesOf(lab).some(
        (node) =>
          node.leaf === of && (bgp.nodeAs === "cluster" ? bgp.as : bgp.rackAsBase + (of.index.value ?? 0)) === as,
      ))
  );
}

function clusterId(of: SwitchAllocation, lab: Allocation): Finding[] {
  const setting = bgpSetting(of, lab, "clusterId");
  if (setting === null || isOn(of, lab, "routeReflector")) return [];
  return [
    {
      path: setting.path,
      message: `clusterId of ${of.name} has no effect: it reflects no routes`,
      values: { [setting.path]: setting.value },
      remedy: "Leave it out, or write routeReflector: true.",
    },
  ];
}

function bfd(of: SwitchAllocation, lab: Allocation): Finding[] {
  const setting = bgpSetting(of, lab, "bfd");
  if (setting?.value !== true) return [];
  const others = lab.links.flatMap((link) =>
    link.lower === of ? [link.upper] : link.upper === of ? [link.lower] : [],
  );
  if (others.length === 0 || others.some((other) => isOn(other, lab, "bfd"))) return [];
  return [
    {
      path: setting.path,
      message: `bfd of ${of.name} has no effect: no switch at the other end of its links has it`,
      values: { [setting.path]: "true" },
      remedy: "Write bfd: true for the others too, or in fabric.bgp.",
    },
  ];
}

/** Traffic leaves a drained switch for another one of its tier; a server has one leaf. */
function drain(of: SwitchAllocation, lab: Allocation): Finding[] {
  if (!of.spec.drain) return [];
  const path = `${of.spec.path}.drain`;
  if (lab.servers.some((server) => server.leaf === of))
    return [
      {
        path,
        message: `drain of ${of.name} moves no traffic: the servers behind it have no other leaf`,
        values: { [path]: "true" },
        remedy: "Move its servers to another leaf, or leave it out.",
      },
    ];
  if (of.tier !== SPINE_TIER || spinesOf(lab).some((other) => !other.spec.drain)) return [];
  return [
    {
      path,
      message: `drain of ${of.name} moves no traffic: every spine is drained`,
      values: { [path]: "true" },
      remedy: "Drain one spine after the other.",
    },
  ];
}
