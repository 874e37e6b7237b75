import { didYouMean } from "../../lab-spec/suggest";
import { clashes, defineRule } from "./rule";

export const reflectorName = defineRule({
  name: "reflector-name",
  title: "Route reflectors are nodes of the lab, each named once",
  severity: "error",
  source:
    "https://docs.tigera.io/calico/latest/networking/configuring/bgp#configure-a-node-to-act-as-a-route-reflector",
  why: "Nodes that are no reflectors peer with reflectors only: without one they have no session at all.",
  fixed: "A reflector that isn't there can't be given sessions.",
  ofCluster: true,
  find: ({ spec }) => {
    const { routeReflectors } = spec.calico.bgp;
    const names = spec.nodes.map((node) => node.name);
    const at = (i: number): string => `calico.bgp.routeReflectors[${i}]`;
    return [
      ...routeReflectors.flatMap((name, i) =>
        names.includes(name)
          ? []
          : [
              {
                path: at(i),
                message: `reflector "${name}" is no node of this lab`,
                values: { [at(i)]: name },
                remedy: didYouMean(name, names),
              },
            ],
      ),
      ...clashes(
        routeReflectors.map((name, i) => ({ name, i })),
        (each) => each.name,
      ).map((group) => ({
        path: at(group[group.length - 1]?.i ?? 0),
        message: `reflector "${group[0]?.name ?? ""}" is named ${group.length} times`,
        values: Object.fromEntries(group.map(({ name, i }) => [at(i), name])),
        remedy: "Leave one.",
      })),
    ];
  },
});
