import { dotGraph } from "./dot";
import type { Format } from "./formats";
import type { LabGraph } from "./model";
import { mermaid } from "./mermaid";

export { graphOf, type LabGraph } from "./model";

/** A graph as text of a format: Mermaid, an SVG picture, Graphviz' DOT language, or JSON. */
export async function drawn(graph: LabGraph, format: Format): Promise<string> {
  if (format === "json") return `${JSON.stringify(graph, null, 2)}\n`;
  if (format === "mermaid") return mermaid(graph);
  const { instance } = await import("@viz-js/viz"); // a megabyte that the other formats do without
  return (await instance()).renderString(dotGraph(graph), { format: format === "dot" ? "canon" : "svg" });
}
