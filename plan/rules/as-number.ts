import { valuesOf } from "../allocate";
import { clashes, listText, type Rule } from "./rule";

const RESERVED: Readonly<Record<number, string>> = {
  0: "it may not be used (RFC 7607)",
  23456: "it is AS_TRANS, which stands for 4-octet numbers (RFC 6793)",
  65535: "it is the last 16-bit number (RFC 7300)",
  4294967295: "it is the last 32-bit number (RFC 7300)",
};
const GREATEST = 4294967295;

/** AS numbers are 32-bit and none of the reserved ones. */
export const asNumber: Rule = ({ spines, leaves }) =>
  [...spines, ...leaves].flatMap((each) => {
    const as = each.as.value;
    if (as === null) return [];
    const reason = as > GREATEST ? "it has more than 32 bits (RFC 6793)" : RESERVED[as];
    if (reason === undefined) return [];
    return [
      {
        path: each.as.path,
        message: `${each.name} has AS ${as}, which is reserved: ${reason}`,
        values: valuesOf(each.as),
        remedy: "Use a private AS number: 64512 to 65534, or 4200000000 to 4294967294 (RFC 6996).",
        rule: "reserved-as",
      },
    ];
  });

/**
 * Leaves have AS numbers of their own, and differ from the spines: a leaf drops every route whose AS path holds its own number (RFC 4271,
 * section 9.1.2). Spines may share one (RFC 7938, section 5.2.1).
 */
export const duplicateAs: Rule = ({ spines, leaves }) =>
  clashes([...spines, ...leaves], (each) => each.as.value)
    .filter((group) => group.some((each) => each.role === "leaf"))
    // Equal derived numbers of equal indices are the index's problem, reported there.
    .filter((group) => new Set(group.map((each) => `${each.role} ${each.as.given ? each.as.path : String(each.index.value)}`)).size > 1)
    .map((group) => {
      const last = group.filter((each) => each.as.given).at(-1) ?? group[group.length - 1];
      return {
        path: last?.as.path ?? "",
        message: `AS ${last?.as.value ?? ""} is taken by ${listText(group.map((each) => each.name))}: each drops the other's routes as a loop`,
        values: valuesOf(...group.map((each) => each.as)),
        remedy: "Give every leaf an AS number of its own that no spine has.",
        rule: "duplicate-as",
      };
    });
