import { shellWord } from "../../../common/shell-word";

/** One thing on a machine that is not as it is meant to be, and how it is brought back. */
export interface Drift {
  /** What differs, for people: what is there and should not be with "+", what is missing with "-", what has another value with "~". */
  readonly says: string;
  readonly repair: Repair;
}

/** A command that runs on the machine, or the configuration's own files and statements put in force again. */
export type Repair =
  | { readonly kind: "command"; readonly words: readonly string[] }
  | { readonly kind: "files" }
  | { readonly kind: "member" };

export const drift = (says: string, ...words: readonly string[]): Drift => ({
  says,
  repair: { kind: "command", words },
});

/** The command as a shell takes it. */
export const commandText = (words: readonly string[]): string => words.map(shellWord).join(" ");
