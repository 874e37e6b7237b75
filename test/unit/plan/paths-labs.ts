import type { LabPlan } from "../../../plan";
import { blocksFor, endpointNamed, tracerOf, type Path } from "../../../plan/paths";
import { predictLab, type FibEntry, type LabPrediction } from "../../../plan/prediction";
import { longestMatch, prefixTable } from "../../../plan/prediction/longest-match";
import { planOf, smallLab } from "./labs";

/** One control plane and one worker on leaf1, one worker on leaf2, a host on leaf2; the demo workload. */
export function pathLab(mode: "vxlan" | "bgp"): LabPlan {
  const lab = smallLab();
  return planOf({
    ...lab,
    nodes: [
      { name: "master1", role: "control-plane", leaf: "leaf1" },
      { name: "node1", leaf: "leaf1" },
      { name: "node2", leaf: "leaf2" },
    ],
    hosts: [{ name: "host1", leaf: "leaf2" }],
    calico: { mode },
    workload: { namespace: "space1", name: "web", service: "web", replicas: 2 },
  });
}

/** A route by hand: "10.64.0.0/26 via 172.16.0.0 swp51, 172.16.0.4 swp52", or "10.64.0.0/26 blackhole". */
function route(text: string): FibEntry {
  const [prefix = "", how, ...rest] = text.split(" ");
  if (how === "blackhole") return { prefix, kind: "blackhole", nextHops: [], interface: "", certain: true };
  const nextHops = rest
    .join(" ")
    .split(", ")
    .map((hop) => ({ address: hop.split(" ")[0] ?? "", interface: hop.split(" ")[1] ?? "", machine: null }));
  return { prefix, kind: "bgp", nextHops, interface: "", certain: true };
}

/** A lab's tables with other or further routes on some machines. */
export function withRoutes(plan: LabPlan, routes: Readonly<Record<string, readonly string[]>>): LabPrediction {
  const base = predictLab(plan);
  const written = (machine: string): FibEntry[] => (routes[machine] ?? []).map(route);
  return withTables(base, (machine) => [
    ...base.fib(machine).filter((each) => !written(machine).some((other) => other.prefix === each.prefix)),
    ...written(machine),
  ]);
}

/** A prediction with other kernel tables. */
export const withTables = (base: LabPrediction, fib: LabPrediction["fib"]): LabPrediction => ({
  ...base,
  fib,
  route: (machine, address) =>
    longestMatch(
      prefixTable(fib(machine), ({ prefix }) => [prefix]),
      address,
    ),
});

export function pathIn(plan: LabPlan, prediction: LabPrediction, from: string, to: string): Path {
  const end = (name: string): ReturnType<typeof endpointNamed> =>
    endpointNamed(name, plan, blocksFor(plan, prediction));
  return tracerOf(plan, prediction).trace(end(from), end(to));
}

/** "node1 send > leaf1 route > ..."; choices of a step in braces. */
export const wayText = (path: Path): string =>
  path.steps
    .map((hops) => {
      const names = [...new Set(hops.map((hop) => `${hop.at} ${hop.action}`))];
      return names.length === 1 ? names[0] : `{${names.join(", ")}}`;
    })
    .join(" > ");
