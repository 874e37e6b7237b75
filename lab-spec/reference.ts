/**
 * The reference of the lab spec (docs/spec-fields.md): every field of the schema with its type, default and meaning, and an example from one of
 * the stack files in docs/examples.
 */
import { stackFileSchema } from "./json-schema";

/** The parts of JSON Schema (draft 2020-12) that zod writes for the lab spec. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

/** One field that a user may write. */
export interface SpecField {
  /** Property path from the lab, where `[]` stands for an element of a list and `*` for any key: "fabric.spines[].as". */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  /** As JSON; null where the field has no fixed default. */
  readonly default: string | null;
  readonly description: string;
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(" or ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(", or ");
  if (schema.type === "array") return `list of ${schema.items === undefined ? "anything" : typeOf(schema.items)}`;
  if (schema.type === "integer") return `${schema.minimum} to ${schema.maximum}`;
  return schema.type === "object" ? "settings" : (schema.type ?? "anything");
}

/** The fields below `schema`, in the order of the schema. */
function fieldsBelow(schema: Schema, path: string): SpecField[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return [fieldOf(at, field, schema.required?.includes(key) ?? false), ...fieldsBelow(field, at)];
  });
  const element = schema.items === undefined ? [] : fieldsBelow(schema.items, `${path}[]`);
  const alternatives = (schema.anyOf ?? []).flatMap((each) => fieldsBelow(each, path));
  const named = schema.additionalProperties;
  return [...own, ...element, ...alternatives, ...(typeof named === "object" ? fieldsBelow(named, `${path}.*`) : [])];
}

const fieldOf = (path: string, schema: Schema, required: boolean): SpecField => ({
  path,
  type: typeOf(schema),
  required,
  default: schema.default === undefined || typeof schema.default === "object" ? null : JSON.stringify(schema.default),
  description: schema.description ?? "",
});

/**
 * The path under which a field is described: a leaf takes the fields of a spine, and the BGP settings of a switch are those of the fabric, so each
 * of them is described once.
 */
const described = (path: string): string =>
  path
    .replace(/^fabric\.leaves\[\](?!\.serverSubnet)/, "fabric.spines[]")
    .replace(/^fabric\.spines\[\]\.bgp\./, "fabric.bgp.");

/** Every field of the lab spec, each described once. */
export function specFields(): SpecField[] {
  const root = stackFileSchema() as { properties: { config: { properties: Record<string, Schema> } } };
  const lab = root.properties.config.properties["fabriclab:lab"];
  if (lab === undefined) throw new Error("the stack file's schema has no fabriclab:lab");
  const fields = new Map<string, SpecField>();
  for (const field of fieldsBelow(lab, "")) {
    const path = described(field.path);
    if (path === field.path || !fields.has(path)) fields.set(path, { ...field, path });
  }
  return [...fields.values()];
}

/** Property paths that a value sets, as `specFields` describes them. */
export function pathsOf(value: unknown): string[] {
  return writtenPaths(value, "").map(described);
}

function writtenPaths(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => writtenPaths(each, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    // Rules are keyed by their names, which the schema leaves open.
    const at = path === "" ? key : path === "rules" ? "rules.*" : `${path}.${key}`;
    return path === "rules" ? writtenPaths(inner, at) : [at, ...writtenPaths(inner, at)];
  });
}

/** A stack file that shows how fields are written. */
export interface SpecExample {
  /** File name below docs/examples. */
  readonly file: string;
  /** The value of `fabriclab:lab` in it. */
  readonly lab: unknown;
}

/** The text of docs/spec-fields.md. */
export function referenceDocument(examples: readonly SpecExample[]): string {
  const shown = new Map<string, string>();
  for (const { file, lab } of examples) for (const path of pathsOf(lab)) if (!shown.has(path)) shown.set(path, file);
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  return [
    "# Every field of a lab",
    "",
    "`npm run schema` writes this page from the schema (`lab-spec/schema.ts`). `[]` stands for an element of a list. A field without a default is",
    "either required or computed, as its description says. A leaf takes every field of a spine, and `bgp` of a switch takes the fields of `fabric.bgp`.",
    "The last column names a stack file below [examples](examples) that sets the field.",
    "",
    "| field | type | default | what it is | example |",
    "| --- | --- | --- | --- | --- |",
    ...specFields().map(({ path, type, required, default: fixed, description }) => {
      const file = shown.get(path);
      const example = file === undefined ? "" : `[${file}](examples/${file})`;
      return `| \`${path}\` | ${cell(type)} | ${required ? "required" : fixed === null ? "" : `\`${fixed}\``} | ${cell(description)} | ${example} |`;
    }),
    "",
  ].join("\n");
}
