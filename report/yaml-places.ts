import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair } from "yaml";

/** Part of a text: lines and columns from 1, the end one past the last character. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

type Range = readonly [start: number, end: number];

/** A YAML text with the place of everything in it. */
export interface PlacedYaml {
  readonly value: unknown;
  readonly errors: readonly { readonly message: string; readonly region: Region }[];
  /** Where the setting at a path of keys and list places stands, or what holds it if it isn't written. */
  readonly regionOf: (path: readonly (string | number)[]) => Region;
}

export function readPlacedYaml(text: string): PlacedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
  const region = ([start, end]: Range): Region => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(start, end));
    // A line counter has no line for an empty text.
    return {
      startLine: Math.max(1, from.line),
      startColumn: Math.max(1, from.col),
      endLine: Math.max(1, to.line),
      endColumn: Math.max(1, to.col),
    };
  };
  return {
    value: document.errors.length > 0 ? undefined : (document.toJS() as unknown),
    errors: document.errors.map((error) => ({
      message: error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "",
      region: region(error.pos),
    })),
    regionOf: (path) => region(rangeOf(document, path)),
  };
}

/** "fabric.leaves[1].as" as keys and list places. */
export function pathParts(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, place, key]) =>
    place === undefined ? (key ?? "") : Number(place),
  );
}

/** A scalar itself, or the key of a mapping or list: what a reader looks for. */
function rangeOf(document: Document.Parsed, path: readonly (string | number)[]): Range {
  let at: Node | null = document.contents;
  let found: Range = [0, 0];
  for (const part of path) {
    const inner = step(resolve(document, at), part);
    if (inner === null) break;
    const { key, value } = inner;
    const shown = isScalar(value) || key === null ? value : key;
    found = shown?.range ? [shown.range[0], shown.range[1]] : found;
    at = value;
  }
  return found;
}

function resolve(document: Document.Parsed, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function step(node: Node | null, part: string | number): { key: Node | null; value: Node | null } | null {
  if (isMap(node)) {
    const pair = (node.items as Pair<Node, Node | null>[]).find(
      ({ key }) => isScalar(key) && String(key.value) === String(part),
    );
    return pair === undefined ? null : { key: pair.key, value: pair.value };
  }
  if (isSeq(node) && typeof part === "number") {
    const item = node.items[part] as Node | undefined;
    return item === undefined ? null : { key: null, value: item };
  }
  return null;
}
