import { valuesOf } from "../allocate";
import { asUses } from "./common/as-numbers";
import { defineRule } from "./rule";

const LAST_SHORT = 65535;

export const asSizeMix = defineRule({
  name: "as-size-mix",
  title: "AS numbers are all of two octets, or all of four",
  severity: "warning",
  source: "RFC 6793",
  why: "A router without four-octet support sees AS_TRANS (23456) for every long number: it can't tell them apart, and AS paths look shorter or looped.",
  find: (lab) => {
    const uses = asUses(lab).filter(({ as }) => as.value !== null);
    const long = uses.filter(({ as }) => (as.value ?? 0) > LAST_SHORT);
    const short = uses.filter(({ as }) => (as.value ?? 0) <= LAST_SHORT);
    const [odd, rule] = long.length <= short.length ? [long[0], short[0]] : [short[0], long[0]];
    if (odd === undefined || rule === undefined) return [];
    return [
      {
        path: odd.as.path,
        message: `${odd.who} has AS ${odd.as.value ?? ""}, of ${size(odd.as.value)} octets, and ${rule.who} AS ${rule.as.value ?? ""}, of ${size(rule.as.value)}`,
        values: valuesOf(odd.as, rule.as),
        remedy: "Take all from 64512 to 65534, or all from 4200000000 to 4294967294.",
      },
    ];
  },
});

const size = (as: number | null): number => ((as ?? 0) > LAST_SHORT ? 4 : 2);
