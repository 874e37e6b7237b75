import { isFabricAlone } from "../../cluster";
import { holds, knownRange, rangeAround, rangeSize, rangeText, type PrefixRange } from "../../../lab-spec/ip";
import { DEFAULT_PLATFORM } from "../../../platforms";
import type { Allocation } from "../../allocate";
import { leavesOf } from "../../lookup";
import type { Finding } from "../rule";

/** A range of a lab with where it is written. */
export interface NamedRange {
  readonly what: string;
  /** "" where nobody writes it. */
  readonly path: string;
  readonly text: string;
  readonly shown: string;
  readonly first: number;
  readonly last: number;
  /** Ranges with the same key come from one index taken twice, which is reported as such. */
  readonly key: string;
}

export function namedRange(what: string, path: string, text: string, shown = text, key = path): NamedRange {
  return { what, path, text, shown, key, ...knownRange(text) };
}

/** Pools, subnets and loopbacks outside their pool. */
export function rangesOf(lab: Allocation): NamedRange[] {
  const { spec, switches } = lab;
  const pool = knownRange(spec.fabric.loopbacks);
  const loopbacks = switches.flatMap(({ name, loopback }) => {
    if (loopback.value === null || !loopback.given) return [];
    const own = namedRange(`loopback of ${name}`, loopback.path, `${loopback.value}/32`, loopback.value);
    return own.first >= pool.first && own.last <= pool.last ? [] : [own];
  });
  const subnets = leavesOf(lab).flatMap(({ name, index, serverSubnet: { path, value, given } }) =>
    value === null
      ? []
      : [
          namedRange(
            `server subnet of ${name}`,
            path,
            value,
            given ? value : `${value} (default)`,
            given ? path : `leaf ${index.value ?? ""}`,
          ),
        ],
  );
  return [
    namedRange("management subnet", "management.subnet", spec.management.subnet),
    ...(isFabricAlone(spec)
      ? []
      : [
          namedRange("pod CIDR", "kubernetes.podCidr", spec.kubernetes.podCidr),
          namedRange("service CIDR", "kubernetes.serviceCidr", spec.kubernetes.serviceCidr),
        ]),
    namedRange("link pool", "fabric.links.pool", spec.fabric.links.pool),
    namedRange("loopback pool", "fabric.loopbacks", spec.fabric.loopbacks),
    ...loopbacks,
    ...subnets,
  ];
}

/** Private ranges (RFC 1918), the largest first. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(knownRange);

/**
 * A wider pod CIDR for a lab: around the one that it has, or else elsewhere among the private ranges; null where nothing is free, or Calico's pool is bound to the
 * place that it has.
 */
export function widerPodCidr(lab: Allocation, length: number): string | null {
  const { kubernetes, calico } = lab.spec;
  const others = [
    ...rangesOf(lab).filter(({ path }) => path !== "kubernetes.podCidr"),
    ...DEFAULT_PLATFORM.reserved.map(({ prefix }) => knownRange(prefix)),
  ];
  const here = rangeAround(knownRange(kubernetes.podCidr).first, length);
  const isFree = (range: PrefixRange): boolean =>
    PRIVATE.some((each) => holds(each, range.first) && holds(each, range.last)) &&
    !others.some((each) => meet(each, range));
  if (isFree(here)) return rangeText(here);
  if (calico.pool !== null) return null;
  for (const within of PRIVATE)
    for (let first = within.first; length >= within.length && first <= within.last; first += rangeSize(here)) {
      const range = rangeAround(first, length);
      if (isFree(range)) return rangeText(range);
    }
  return null;
}

/** "Use a pod CIDR of /11 or shorter, for example 10.128.0.0/11". */
export function widerPodCidrText(lab: Allocation, length: number): string {
  const example = widerPodCidr(lab, length);
  return `Use a pod CIDR of /${length} or shorter${example === null ? "" : `, for example ${example}`}`;
}

/** Whether two ranges share an address. */
export function meet(
  a: { readonly first: number; readonly last: number },
  b: { readonly first: number; readonly last: number },
): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Reported at the range a user would move: the one with a path, the smaller one when both have. */
export function overlapFinding(left: NamedRange, right: NamedRange): Finding {
  const [moved, kept] =
    left.path === ""
      ? [right, left]
      : right.path === "" || left.last - left.first <= right.last - right.first
        ? [left, right]
        : [right, left];
  const shared = rangeText({ ...knownRange(moved.text), first: Math.max(moved.first, kept.first) });
  const inside = moved.first >= kept.first && moved.last <= kept.last;
  return {
    path: moved.path,
    message: `${moved.what} ${moved.text} overlaps ${kept.what} ${kept.text}`,
    values: Object.fromEntries([moved, kept].filter((each) => each.path !== "").map((each) => [each.path, each.shown])),
    remedy: `Move one of them: ${inside ? `all of ${moved.text}` : shared} is in both.`,
  };
}
