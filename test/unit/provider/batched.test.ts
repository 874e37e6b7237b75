import { batched } from "../../../provider/batched";

const asked: string[][] = [];
const upper = batched<string, string>(
  5,
  (item) => item.slice(0, 1),
  async (items) => {
    asked.push([...items]);
    if (items.includes("x-bad")) throw new Error("no");
    return items.map((item) => item.toUpperCase());
  },
);
beforeEach(() => void asked.splice(0));

test("what is asked for within moments is done in one go, each key apart", async () => {
  expect(await Promise.all([upper("a1"), upper("b1"), upper("a2")])).toEqual(["A1", "B1", "A2"]);
  expect(asked).toEqual([["a1", "a2"], ["b1"]]);
  expect(await upper("a3")).toBe("A3");
  expect(asked.at(-1)).toEqual(["a3"]);
});

test("a batch that fails fails for all that it was to do, and no later one", async () => {
  const both = await Promise.allSettled([upper("x1"), upper("x-bad")]);
  expect(both.map((each) => each.status)).toEqual(["rejected", "rejected"]);
  expect(await upper("x2")).toBe("X2");
});
