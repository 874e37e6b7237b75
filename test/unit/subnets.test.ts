import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { knownRange, type PrefixRange } from "../../lab-spec/ip";
import { SUBNETS } from "../subnets";
import { anyPlanOf, ROOT, stackValue } from "./plan/labs";

const overlap = (a: PrefixRange, b: PrefixRange): boolean => a.first <= b.last && b.first <= a.last;
const committed = readdirSync(ROOT).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
const taken = [
  ...committed.map((stack) => [`stack ${stack}`, anyPlanOf(stackValue(stack)).management.subnet] as const),
  ...Object.entries(SUBNETS).map(([name, subnet]) => [`test ${name}`, subnet] as const),
];

test("labs of tests and benchmarks keep off the management subnets of the committed stacks, and of each other", () => {
  expect(committed).toContain("dev");
  const clashes = taken.flatMap(([name, subnet], i) =>
    taken
      .slice(i + 1)
      .filter(([, other]) => overlap(knownRange(subnet), knownRange(other)))
      .map(([other]) => `${name} and ${other}: ${subnet}`),
  );
  expect(clashes).toEqual([]);
});

test("no test that builds a lab, and no benchmark, names a management subnet of its own", () => {
  const files = ["test/e2e", "bench"].flatMap((dir) =>
    readdirSync(join(ROOT, dir), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(ROOT, dir, file)),
  );
  const named = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/["`]192\.168\.\d+\.\d+\/24["`]/g)].map(
      ([text]) => `${relative(ROOT, file)}: ${text}`,
    ),
  );
  expect(named).toEqual([]);
});
