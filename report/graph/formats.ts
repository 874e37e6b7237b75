/** What a lab's picture may be written as. */
export const FORMATS = ["mermaid", "svg", "dot", "json"] as const;
export type Format = (typeof FORMATS)[number];
