/** What a violation says: what, where, why it matters, remedy. */
export interface Violation {
  readonly what: string;
  readonly urn: string;
  /** Property path in the resource. */
  readonly path: string;
  /** Property path to value. */
  readonly values: Readonly<Record<string, string>>;
  readonly why: string;
  readonly remedy: string;
  readonly source: string;
}

export function violationText({ what, urn, path, values, why, remedy, source }: Violation): string {
  const at = values[path] === undefined ? path : `${path}: ${values[path]}`;
  const others = Object.entries(values).filter(([name]) => name !== path);
  const lines = [
    what,
    `  where:  ${urn}`,
    `          ${at}`,
    ...others.map(([name, value]) => `  beside: ${name}: ${value}`),
    `  why:    ${why}`,
    `  remedy: ${remedy}`,
    `  source: ${source}`,
  ];
  return lines.join("\n");
}
