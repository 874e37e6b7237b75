import { Recent } from "../../../plan/prediction/recent";

/** What is made when these are asked for one after the other, each as large as its number. */
function made(room: number, asked: readonly string[]): string[] {
  const recent = new Recent<number>(room, (value) => value);
  const found: string[] = [];
  for (const name of asked)
    expect(
      recent.get(name, () => {
        found.push(name);
        return Number(name.slice(1));
      }),
    ).toBe(Number(name.slice(1)));
  return found;
}

test.each([
  ["all that fits is made once", 6, ["a1", "b2", "c3", "a1", "b2", "c3"], ["a1", "b2", "c3"]],
  ["what was asked longest ago goes first", 5, ["a1", "b2", "a1", "c3", "b2", "a1"], ["a1", "b2", "c3", "b2", "a1"]],
  ["the latest stays, however large", 5, ["a1", "b9", "b9", "a1"], ["a1", "b9", "a1"]],
])("%s", (_title, room, asked, makes) => expect(made(room, asked)).toEqual(makes));
