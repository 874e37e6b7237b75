/** A value of the plan with where it comes from: rules quote the path, and mark values nobody wrote. */
export interface Setting<T> {
  readonly path: string;
  readonly value: T;
  /** Written by the user, not derived. */
  readonly given: boolean;
}

/** The written value if there is one, else the derived one. */
export function settingValue<T>(path: string, written: T | null, derive: () => T): Setting<T> {
  return written === null ? { path, value: derive(), given: false } : { path, value: written, given: true };
}

/** "65101" or "65101 (default)", for `Problem.values`. */
export function settingText(setting: Setting<string | number | null>): string {
  return `${setting.value ?? "none"}${setting.given ? "" : " (default)"}`;
}

/** `Problem.values` of some settings. */
export function valuesOf(...settings: Setting<string | number | null>[]): Record<string, string> {
  return Object.fromEntries(settings.map((setting) => [setting.path, settingText(setting)]));
}
