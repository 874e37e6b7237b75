import { instance } from "@viz-js/viz";
import { dotGraph } from "./dot";
import type { LabGraph } from "./model";
import { mermaid } from "./mermaid";

export { graphOf, type LabGraph } from "./model";

export const FORMATS = ["mermaid", "svg", "dot", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** A graph as text of a format: Mermaid, an SVG picture, Graphviz' DOT language, or JSON. */
export async function drawn(graph: LabGraph, format: Format): Promise<string> {
  if (format === "json") return `${JSON.stringify(graph, null, 2)}\n`;
  if (format === "mermaid") return mermaid(graph);
  return (await instance()).renderString(dotGraph(graph), { format: format === "dot" ? "canon" : "svg" });
}
