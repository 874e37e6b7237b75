import { lookOf, racksOf, type GraphEdge, type GraphMachine, type LabGraph } from "./model";

/** The graph as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), which code reviews and READMEs show as a picture. */
export function mermaid({ machines, edges }: LabGraph): string {
  const ids = new Map(machines.map(({ name }, i) => [name, `m${i}`]));
  const id = (name: string): string => ids.get(name) ?? "";
  const box = (each: GraphMachine): string => `${id(each.name)}["${[each.name, ...each.details].join("<br/>")}"]`;
  const down = machines.filter(({ broken }) => broken);
  const style = (look: ReturnType<typeof lookOf>, css: string): string[] => {
    const marked = edges.flatMap((edge, i) => (lookOf(edge) === look ? [i] : []));
    return marked.length === 0 ? [] : [`  linkStyle ${marked.join()} ${css}`];
  };
  return [
    "flowchart TD",
    ...machines.filter(({ rack }) => rack === null).map((each) => `  ${box(each)}`),
    ...racksOf(machines).flatMap((rack, i) => [
      `  subgraph r${i}["rack ${rack}"]`,
      ...machines.filter((each) => each.rack === rack).map((each) => `    ${box(each)}`),
      "  end",
    ]),
    ...edges.map((edge) => `  ${id(edge.a)} ${line(edge)} ${id(edge.b)}`),
    ...style("up", "stroke:#1f7a3d,stroke-width:2px"),
    ...style("down", "stroke:#c0392b,stroke-width:2px"),
    ...style("broken", "stroke:#999,stroke-dasharray:4"),
    ...(down.length === 0
      ? []
      : [
          "  classDef broken stroke:#999,color:#999,stroke-dasharray:4",
          `  class ${down.map(({ name }) => id(name)).join()} broken`,
        ]),
    "",
  ].join("\n");
}

function line(edge: GraphEdge): string {
  const arrow = edge.kind === "session" ? "-.-" : "---";
  return lookOf(edge) === "down" ? `${arrow}|${edge.state}|` : arrow;
}
