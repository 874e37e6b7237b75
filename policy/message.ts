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
  const shown = Object.entries(values).map(([name, value]) => `         ${name}: ${value}`);
  return [what, `  where:  ${urn}`, `          ${path}`, ...shown.map((line) => ` ${line}`), `  why:    ${why}`, `  remedy: ${remedy}`, `  source: ${source}`].join("\n");
}
