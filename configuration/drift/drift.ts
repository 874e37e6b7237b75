import { shellWord } from "../../common/shell-word";

/** One thing on a machine that is not as it is meant to be, and how it is brought back. */
export interface Drift {
  /** What differs, for people: what is there and should not be with "+", what is missing with "-", what has another value with "~". */
  readonly says: string;
  readonly repair: Repair;
}

/**
 * A command that runs on the machine, or the configuration's own files and statements put in force again. What is left to a person may be meant by somebody: it
 * stays, and the command is shown.
 */
export type Repair =
  | { readonly kind: "command"; readonly words: readonly string[] }
  | { readonly kind: "files" }
  | { readonly kind: "member" }
  | { readonly kind: "person"; readonly words: readonly string[] };

export const drift = (says: string, ...words: readonly string[]): Drift => ({
  says,
  repair: { kind: "command", words },
});

/** kubectl on the control plane, as the cluster's administrator. */
export const KUBECTL = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf"] as const;

/** The command as a shell takes it. */
export const commandText = (words: readonly string[]): string => words.map(shellWord).join(" ");

/** Whether nothing but a person takes a difference back. */
export const isLeft = ({ repair }: Drift): boolean => repair.kind === "person";

/** What differs, with the command that takes it back: on which machine, and what to type there. */
export function leftText({ says, repair }: Drift, machine: string): string {
  return repair.kind === "person" ? `${says}; on ${machine}: ${commandText(repair.words)}` : says;
}
