import { exportedBy, sourceFiles } from "./sources";

const places = new Map<string, string[]>();
for (const file of sourceFiles())
  for (const name of exportedBy(file)) places.set(name, [...(places.get(name) ?? []), file]);
const twice = [...places].filter(([, files]) => files.length > 1);

test("an exported name has one meaning", () => {
  expect(twice.map(([name, files]) => `${name} is declared by ${files.join(" and ")}`)).toEqual([]);
});

test("declared names are told from re-exported ones", () => {
  const text = `
    export { a } from "./a"; export type { B } from "./b"; export * from "./c";
    export const d = 1, e = 2; export function f(): void; export function f(x?: 1): void {} export class G {}
    export interface H {} export type I = 1; export enum J {} const k = 1; export { k as l };`;
  expect(exportedBy("x.ts", text)).toEqual(["d", "e", "f", "G", "H", "I", "J"]);
});
