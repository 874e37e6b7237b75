/** Follows to the letter every remedy that names a setting and its value: the problem goes, and no other error comes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isError, type Problem } from "../../lab-spec";
import { addressText, knownRange } from "../../lab-spec/ip";
import { judgeSpec } from "../../plan";
import { pathParts } from "../../report/yaml-places";

const FIXTURES = join(__dirname, "..", "fixtures");
const labs = ["broken", "outcomes"].flatMap((folder) =>
  readdirSync(join(FIXTURES, folder))
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => join(FIXTURES, folder, file)),
);

function problemsOf(spec: unknown): Problem[] {
  const judged = judgeSpec(spec, undefined, { failures: false });
  return [...("problems" in judged ? judged.problems : []), ...judged.warnings];
}

type Edit = (spec: unknown) => void;
/** What a remedy says, as the edit that it asks for. */
interface Phrase {
  readonly says: RegExp;
  readonly edit: (problem: Problem, words: readonly string[]) => Edit;
}

const valueOf = (text: string): unknown =>
  /^\d+$/.test(text) ? Number(text) : text === "true" ? true : text === "false" ? false : text;

/** Sets what stands at a path; undefined takes it out. What is missing on the way is made. */
const set =
  (path: string, value: unknown): Edit =>
  (spec) => {
    const parts = pathParts(path);
    const last = parts.at(-1)!;
    const holder = parts.slice(0, -1).reduce<Record<string | number, unknown>>(
      (of, key) => {
        const inner = of[key];
        // "leaf1" in a list is short for a switch of that name, and a number for so many.
        if (typeof inner === "string") of[key] = { name: inner };
        else if (inner === undefined || typeof inner === "number") of[key] = {};
        return of[key] as Record<string | number, unknown>;
      },
      spec as Record<string, unknown>,
    );
    if (value !== undefined) holder[last] = value;
    else if (Array.isArray(holder)) holder.splice(last as number, 1);
    else delete holder[last];
  };

const at = (spec: unknown, path: string): unknown =>
  pathParts(path).reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], spec);

/** Settings that stand elsewhere than beside what the problem is about. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  rpFilter: "rpFilter",
  routing: "calico.routing",
  encapsulation: "calico.encapsulation",
};
const beside = (path: string, key: string): string =>
  ELSEWHERE[key] ?? (path.endsWith(`.${key}`) ? path : path.replace(/[^.]+$/, key));

/** The same range, or one around it, of this length. */
const widened =
  (path: string, length: number): Edit =>
  (spec) => {
    const size = 2 ** (32 - length);
    const now = at(spec, path);
    const { first } = knownRange(typeof now === "string" ? now : "10.64.0.0/12");
    set(path, `${addressText(Math.floor(first / size) * size)}/${length}`)(spec);
  };

const PHRASES: readonly Phrase[] = [
  {
    says: /^Use a [a-zA-Z ]+ of \/\d+ or shorter, for example (\S+)\.$/,
    edit: ({ path }, [range]) => set(path, range),
  },
  {
    says: /^Use a (?:pool|pod CIDR) of \/(\d+) or shorter/,
    edit: ({ path }, [length]) => widened(path, Number(length)),
  },
  { says: /^Use a hold time of (\d+) or more/, edit: ({ path }, [hold]) => set(path, Number(hold)) },
  { says: /^Use a podMtu of (\d+) or less/, edit: ({ path }, [mtu]) => set(path, Number(mtu)) },
  { says: /^Use a free address from \S+ to (\S+)\.$/, edit: ({ path }, [last]) => set(path, last) },
  { says: /^Use (\d+) (?:replicas )?or fewer/, edit: ({ path }, [count]) => set(path, Number(count)) },
  { says: /^Use (\d+), VXLAN's own port/, edit: ({ path }, [port]) => set(path, Number(port)) },
  { says: /^Write (\d+)(?:\.$| or (?:more|less))/, edit: ({ path }, [number]) => set(path, Number(number)) },
  { says: /^Write "([^"]+)"\.$/, edit: ({ path }, [text]) => set(path, text) },
  {
    says: /^Write (?:it without the length|the prefix that holds it): (\S+)\.$/,
    edit: ({ path }, [text]) => set(path, text),
  },
  {
    says: /^Write ([a-zA-Z]+): ([\w-]+)(?:,| or | with |\.)/,
    edit: ({ path }, [key, value]) => set(beside(path, key!), valueOf(value!)),
  },
  { says: /^Write calico\.mode: bgp/, edit: () => set("calico.mode", "bgp") },
  { says: /^Take the (?:aggregate|network) out/, edit: ({ path }) => set(path.replace(/\.prefix$/, ""), undefined) },
  { says: /^Take (fabric\.\S+) out\.$/, edit: (_, [path]) => set(path!, undefined) },
  { says: /^Take it out\.$/, edit: ({ path }) => set(path.replace(/\.address$/, ""), undefined) },
  { says: /^Leave it out(?:,|\.)/, edit: ({ path }) => set(path, undefined) },
  { says: /^Leave out calico\.mode, or/, edit: () => set("calico.mode", undefined) },
];

/** The edit that a remedy asks for, its first alternative; null where it names no value. */
function followed(problem: Problem): Edit | null {
  for (const { says, edit } of PHRASES) {
    const found = says.exec(problem.remedy);
    if (found !== null) return edit(problem, found.slice(1));
  }
  return null;
}

/** Rules of outcomes name the machine to blame: with one cause gone, the next may be elsewhere. */
const keyOf = ({ rule, path }: Problem): string => (rule.startsWith("path-") ? rule : `${rule} ${path}`);

const CASES = labs.flatMap((file) => {
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const spec = config["fabriclab:lab"];
  return problemsOf(spec).flatMap((problem) => {
    // A fabric without leaves leaves much unasked: what its nodes' addresses lack shows once there are some.
    const edit = problem.rule === "fabric-size" ? null : followed(problem);
    return edit === null
      ? []
      : [{ title: `${file.slice(FIXTURES.length + 1)} ${keyOf(problem)}`, spec, problem, edit }];
  });
});

test("many remedies name a setting and its value, of many rules", () => {
  expect(CASES.length).toBeGreaterThan(70);
  expect(new Set(CASES.map(({ problem }) => problem.rule)).size).toBeGreaterThan(25);
});

test.each(CASES.map((each) => [each.title, each] as const))("%s: its remedy mends it", (_, { spec, problem, edit }) => {
  const before = new Set(problemsOf(spec).map(keyOf));
  const mended = structuredClone(spec);
  edit(mended);
  const after = problemsOf(mended);
  expect(
    after.filter(
      (each) => each.rule === problem.rule && each.path === problem.path && each.message === problem.message,
    ),
  ).toEqual([]);
  expect(
    after
      .filter((each) => isError(each) && !before.has(keyOf(each)))
      .map(({ message, rule }) => `${message} [${rule}]`),
  ).toEqual([]);
});
