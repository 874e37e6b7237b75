import type { Facts } from "./facts";

/** Stands where a password stood. */
export const HIDDEN = "[secret]";

/** A text of FRR with its passwords hidden. */
export const hidePasswords = (text: string): string => text.replace(/( password )\S+/g, `$1${HIDDEN}`);

/** What a machine told, with the passwords in it hidden: for whoever compares all but them. */
export const withoutPasswords = (facts: Facts): Facts =>
  new Map([...facts].map(([name, section]) => [name, { ...section, text: hidePasswords(section.text) }]));
