import { knownRange, rangeText } from "../../spec/ip";
import type { Problem } from "../../spec";
import type { Allocation } from "../allocate";
import type { Rule } from "./rule";

interface NamedRange {
  readonly what: string;
  readonly path: string;
  readonly text: string;
  readonly shown: string;
  readonly first: number;
  readonly last: number;
  /** Ranges with the same key come from one index taken twice, which is reported as such. */
  readonly key: string;
}

/** No two ranges of a lab share an address, and none meets Docker's default bridge on the machine that runs the lab. */
export const overlap: Rule = (lab) => {
  const ranges = rangesOf(lab).sort((a, b) => a.first - b.first || a.last - b.last);
  const problems: Problem[] = [];
  ranges.forEach((left, i) => {
    for (let j = i + 1; j < ranges.length; j++) {
      const right = ranges[j];
      if (right === undefined || right.first > left.last) break;
      if (left.key !== right.key) problems.push(overlapProblem(left, right));
    }
  });
  return problems;
};

function rangesOf({ spec, spines, leaves }: Allocation): NamedRange[] {
  const range = (what: string, path: string, text: string, shown = text, key = path): NamedRange => ({ what, path, text, shown, key, ...knownRange(text) });
  const pool = knownRange(spec.fabric.loopbacks);
  const loopbacks = [...spines, ...leaves].flatMap(({ name, loopback }) => {
    if (loopback.value === null || !loopback.given) return [];
    const own = range(`loopback of ${name}`, loopback.path, `${loopback.value}/32`, loopback.value);
    return own.first >= pool.first && own.last <= pool.last ? [] : [own];
  });
  const subnets = leaves.flatMap(({ name, index, serverSubnet: { path, value, given } }) =>
    value === null ? [] : [range(`server subnet of ${name}`, path, value, given ? value : `${value} (default)`, given ? path : `leaf ${index.value ?? ""}`)],
  );
  return [
    range("Docker's default bridge", "", "172.17.0.0/16"),
    range("management subnet", "management.subnet", spec.management.subnet),
    range("pod CIDR", "kubernetes.podCidr", spec.kubernetes.podCidr),
    range("service CIDR", "kubernetes.serviceCidr", spec.kubernetes.serviceCidr),
    range("link pool", "fabric.links.pool", spec.fabric.links.pool),
    range("loopback pool", "fabric.loopbacks", spec.fabric.loopbacks),
    ...loopbacks,
    ...subnets,
  ];
}

/** Reported at the range a user would move: the one with a path, the smaller one when both have. */
function overlapProblem(left: NamedRange, right: NamedRange): Problem {
  const [moved, kept] = left.path === "" ? [right, left] : right.path === "" || left.last - left.first <= right.last - right.first ? [left, right] : [right, left];
  const shared = rangeText({ ...knownRange(moved.text), first: Math.max(moved.first, kept.first) });
  const inside = moved.first >= kept.first && moved.last <= kept.last;
  return {
    path: moved.path,
    message: `${moved.what} ${moved.text} overlaps ${kept.what} ${kept.text}`,
    values: Object.fromEntries([moved, kept].filter((each) => each.path !== "").map((each) => [each.path, each.shown])),
    remedy: `Move one of them: ${inside ? `all of ${moved.text}` : shared} is in both.`,
    rule: "overlap",
  };
}
