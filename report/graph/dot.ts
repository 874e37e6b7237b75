import type { Graph, Subgraph } from "@viz-js/viz";
import { lookOf, racksOf, type GraphEdge, type GraphMachine, type LabGraph } from "./model";

const FONT = "Helvetica";
const FILL: Readonly<Record<GraphMachine["role"], string>> = {
  spine: "#dbe9f6",
  leaf: "#e3f1e4",
  "control-plane": "#fdebd0",
  worker: "#fbf5e6",
  host: "#f0f0f0",
  netscaler: "#eadcf4",
};
const COLOURS = { up: "#1f7a3d", down: "#c0392b", none: "#555555", broken: "#aaaaaa" } as const;

/** The graph as Graphviz has it: spines above, a box a rack, ports and addresses at the ends of cables. */
export function dotGraph({ name, machines, edges }: LabGraph): Graph {
  const node = (each: GraphMachine): NonNullable<Graph["nodes"]>[number] => ({
    name: each.name,
    attributes: {
      label: [each.name, ...each.details].join("\n"),
      fillcolor: each.broken ? "#ffffff" : FILL[each.role],
      ...(each.broken ? { style: "rounded,dashed", color: COLOURS.broken, fontcolor: COLOURS.broken } : {}),
    },
  });
  const rack = (leaf: string): Subgraph => ({
    name: `cluster_${leaf}`,
    graphAttributes: {
      label: `rack ${leaf}`,
      labelloc: "b",
      color: "#cccccc",
      style: "rounded",
      fontname: FONT,
      fontsize: 10,
      fontcolor: "#777777",
    },
    nodes: machines.filter((each) => each.rack === leaf).map(node),
  });
  return {
    name,
    directed: false,
    graphAttributes: {
      label: `${name}: green has a BGP session that comes up, red one that doesn't`,
      labelloc: "b",
      fontname: FONT,
      fontsize: 10,
      ranksep: 1.5,
      nodesep: 0.7,
      pad: 0.3,
    },
    nodeAttributes: { shape: "box", style: "rounded,filled", fontname: FONT, fontsize: 11, color: "#777777" },
    edgeAttributes: { fontname: FONT, fontsize: 8, labeldistance: 3 },
    subgraphs: [
      { graphAttributes: { rank: "same" }, nodes: machines.filter((each) => each.rack === null).map(node) },
      ...racksOf(machines).map(rack),
    ],
    edges: edges.map(edgeOf),
  };
}

function edgeOf(edge: GraphEdge): NonNullable<Graph["edges"]>[number] {
  const { name, kind, a, b, aPort, bPort, state, reason } = edge;
  const look = lookOf(edge);
  return {
    tail: a,
    head: b,
    attributes: {
      color: COLOURS[look],
      penwidth: look === "none" || look === "broken" ? 1 : 2,
      taillabel: aPort.replace(" ", "\n"),
      headlabel: bPort.replace(" ", "\n"),
      edgetooltip: [name, state ?? "no BGP session", reason].filter((each) => each !== "").join(": "),
      ...(kind === "session" ? { style: "dotted", constraint: false } : look === "broken" ? { style: "dashed" } : {}),
      ...(look === "down" ? { label: state ?? "", fontcolor: COLOURS.down } : {}),
    },
  };
}
