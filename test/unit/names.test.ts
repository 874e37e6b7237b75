import { exportedBy, sourceFiles } from "./sources";

/**
 * Names that two files still declare with two meanings, each with the room that has to rename one of them. The list only gets shorter: a name on it that
 * has one meaning by now fails the test too.
 */
const TWO_MEANINGS: Readonly<Record<string, string>> = {
  Arrival: "plan",
  Finding: "plan: the rules' own, beside doctor's",
  Choice: "setup and plan",
  LinkEnd: "provider",
  Outcome: "plan",
  Path: "plan",
  Port: "plan",
  Provider: "provider",
  RpFilter: "plan",
  Sessions: "plan",
  Severity: "provider",
  Speaker: "plan",
  State: "plan",
  Topology: "plan",
  checkInputs: "standins",
  clashes: "doctor and plan",
  docker: "images and provider",
  isOff: "plan",
  outcomes: "provider",
  plain: "policy and provider",
  poolOutside: "plan",
  sessionsOf: "plan",
  settle: "plan",
  topologyOf: "plan",
  within: "plan and provider",
};

const places = new Map<string, string[]>();
for (const file of sourceFiles())
  for (const name of exportedBy(file)) places.set(name, [...(places.get(name) ?? []), file]);
const twice = [...places].filter(([, files]) => files.length > 1);

test("an exported name has one meaning", () => {
  const unexpected = twice.filter(([name]) => TWO_MEANINGS[name] === undefined);
  expect(unexpected.map(([name, files]) => `${name} is declared by ${files.join(" and ")}`)).toEqual([]);
});

test("every name on the list still has two meanings", () => {
  const names = new Set(twice.map(([name]) => name));
  expect(Object.keys(TWO_MEANINGS).filter((name) => !names.has(name))).toEqual([]);
});

test("declared names are told from re-exported ones", () => {
  const text = `
    export { a } from "./a"; export type { B } from "./b"; export * from "./c";
    export const d = 1, e = 2; export function f(): void; export function f(x?: 1): void {} export class G {}
    export interface H {} export type I = 1; export enum J {} const k = 1; export { k as l };`;
  expect(exportedBy("x.ts", text)).toEqual(["d", "e", "f", "G", "H", "I", "J"]);
});
