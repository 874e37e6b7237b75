import type { GraphEdge, GraphMachine, LabGraph } from "./model";

/** The graph as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), which code reviews and READMEs show as a picture. */
export function mermaid({ machines, edges }: LabGraph): string {
  const ids = new Map(machines.map(({ name }, i) => [name, `m${i}`])), id = (name: string): string => ids.get(name) ?? "";
  const racks = [...new Set(machines.flatMap(({ rack }) => (rack === null ? [] : [rack])))];
  const box = (each: GraphMachine): string => `${id(each.name)}["${[each.name, ...each.details].join("<br/>")}"]`;
  const down = machines.filter(({ broken }) => broken);
  const marked = (wanted: (edge: GraphEdge) => boolean): string => edges.flatMap((edge, i) => (wanted(edge) ? [i] : [])).join();
  const style = (list: string, css: string): string[] => (list === "" ? [] : [`  linkStyle ${list} ${css}`]);
  return [
    "flowchart TD",
    ...machines.filter(({ rack }) => rack === null).map((each) => `  ${box(each)}`),
    ...racks.flatMap((rack, i) => [`  subgraph r${i}["rack ${rack}"]`, ...machines.filter((each) => each.rack === rack).map((each) => `    ${box(each)}`), "  end"]),
    ...edges.map((edge) => `  ${id(edge.a)} ${line(edge)} ${id(edge.b)}`),
    ...style(marked(({ state, broken }) => state === "ESTABLISHED" && !broken), "stroke:#1f7a3d,stroke-width:2px"),
    ...style(marked(({ state, broken }) => state !== null && state !== "ESTABLISHED" && !broken), "stroke:#c0392b,stroke-width:2px"),
    ...style(marked(({ broken }) => broken), "stroke:#999,stroke-dasharray:4"),
    ...(down.length === 0 ? [] : ["  classDef broken stroke:#999,color:#999,stroke-dasharray:4", `  class ${down.map(({ name }) => id(name)).join()} broken`]),
    "",
  ].join("\n");
}

function line({ kind, state, broken }: GraphEdge): string {
  const arrow = kind === "session" ? "-.-" : "---";
  return state === null || state === "ESTABLISHED" || broken ? arrow : `${arrow}|${state}|`;
}
