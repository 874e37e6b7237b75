import { z } from "zod";
import { addressNumber, looseRange, prefixRange, rangeText } from "./ip";

/** What a field's own check adds to a zod issue, so that it reads as a `Problem`. */
export interface FieldIssue {
  readonly rule: string;
  readonly remedy: string;
}

const OCTETS = "(\\d{1,3}\\.){3}\\d{1,3}";

/** IPv4 prefix with all host bits zero. */
export function prefixField(description: string) {
  return z
    .string()
    .superRefine((text, ctx) => {
      if (prefixRange(text) !== null) return;
      const loose = looseRange(text);
      const issue: FieldIssue & { message: string } =
        loose === null
          ? {
              message: `"${text}" is not an IPv4 prefix`,
              rule: "prefix-syntax",
              remedy: 'Write four octets and a length, as in "10.0.101.0/24".',
            }
          : {
              message: `${text} has host bits set`,
              rule: "prefix-host-bits",
              remedy: `Write the prefix that holds it: ${rangeText(loose)}.`,
            };
      ctx.addIssue({ code: "custom", message: issue.message, params: { rule: issue.rule, remedy: issue.remedy } });
    })
    .meta({ description, pattern: `^${OCTETS}/\\d{1,2}$` });
}

/** IPv4 address without a length. */
export function addressField(description: string) {
  return z
    .string()
    .superRefine((text, ctx) => {
      if (addressNumber(text) !== null) return;
      const remedy = text.includes("/")
        ? `Write it without the length: ${text.split("/")[0] ?? ""}.`
        : 'Write four octets from 0 to 255, as in "10.0.101.101".';
      ctx.addIssue({
        code: "custom",
        message: `"${text}" is not an IPv4 address`,
        params: { rule: "address-syntax", remedy },
      });
    })
    .meta({ description, pattern: `^${OCTETS}$` });
}

/** Whole number between two bounds, both included. */
export function countField(minimum: number, maximum: number, description: string) {
  return z.int().min(minimum).max(maximum).meta({ description });
}

/** Least length of a reason: shorter ones say nothing to who reads them later. */
const REASON_LENGTH = 10;

/** A sentence that says why. */
export function reasonField(description: string) {
  return z
    .string()
    .superRefine((text, ctx) => {
      if (text.trim().length >= REASON_LENGTH) return;
      ctx.addIssue({
        code: "custom",
        message: `"${text}" is no reason: it has fewer than ${REASON_LENGTH} characters`,
        params: { rule: "reason", remedy: "Say why the rule doesn't apply to this lab." },
      });
    })
    .meta({ description, minLength: REASON_LENGTH });
}
