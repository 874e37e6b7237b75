import { valuesOf } from "../allocate";
import { asUses } from "./common/as-numbers";
import { defineRule } from "./rule";

const RESERVED: Readonly<Record<number, string>> = {
  0: "it may not be used (RFC 7607)",
  23456: "it is AS_TRANS, which stands for 4-octet numbers (RFC 6793)",
  65535: "it is the last 16-bit number (RFC 7300)",
  4294967295: "it is the last 32-bit number (RFC 7300)",
};
const GREATEST = 4294967295;

/** Why no router may have this AS number; undefined if one may. */
export const reservedReason = (as: number): string | undefined =>
  as > GREATEST ? "it has more than 32 bits (RFC 6793)" : RESERVED[as];

export const reservedAs = defineRule({
  name: "reserved-as",
  title: "AS numbers have 32 bits and are none of the reserved ones",
  severity: "error",
  source: "RFC 7607, RFC 6793, RFC 7300",
  why: "Routers refuse the number, or routes that carry it.",
  fixed: "Routers refuse such a configuration.",
  find: (lab) =>
    asUses(lab).flatMap(({ who, as }) => {
      if (as.value === null) return [];
      const reason = reservedReason(as.value);
      if (reason === undefined) return [];
      return [
        {
          path: as.path,
          message: `${who} has AS ${as.value}, which is reserved: ${reason}`,
          values: valuesOf(as),
          remedy: "Use a private AS number: 64512 to 65534, or 4200000000 to 4294967294 (RFC 6996).",
        },
      ];
    }),
});
