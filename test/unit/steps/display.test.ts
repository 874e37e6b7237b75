import { displayFor, duration, timeLeft } from "../../../steps/display";
import type { Step } from "../../../steps/step";

const step = (id: string, kind: Step["kind"], estimate: number, needs: string[] = []): Step => ({
  id,
  title: id,
  kind,
  estimate,
  needs,
  key: () => id,
  present: async () => false,
  run: async () => undefined,
});

test.each([
  [0.04, "0.0 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min 0 s"],
  [119.7, "2 min 0 s"],
  [425, "7 min 5 s"],
])("%d seconds is %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

describe("time left", () => {
  test("compilers work one after another", () =>
    expect(timeLeft([step("a", "cpu", 100), step("b", "cpu", 50)])).toBe(150));
  test("what runs beside them is not added", () =>
    expect(timeLeft([step("a", "cpu", 100), step("root", "io", 30), step("more", "io", 20)])).toBe(100));
  test("what waits for them is added, through others too", () =>
    expect(
      timeLeft([
        step("a", "cpu", 100),
        step("image", "io", 10, ["a"]),
        step("store", "io", 25, ["image"]),
        step("root", "io", 30),
      ]),
    ).toBe(135));
  test("the longest of what runs side by side counts when nothing compiles", () =>
    expect(timeLeft([step("x", "io", 60), step("y", "io", 20)])).toBe(60));
  test("time already spent is taken off, and never below nothing", () => {
    expect(timeLeft([step("a", "cpu", 100)], () => 40)).toBe(60);
    expect(timeLeft([step("a", "cpu", 100)], () => 140)).toBe(0);
  });
  test("nothing is left of nothing", () => expect(timeLeft([])).toBe(0));
});

test("plain lines: begin with the estimate, end with time taken and time left", async () => {
  let text = "";
  const display = displayFor([step("build", "cpu", 100), step("image", "io", 10, ["build"])], {
    write: (t: string) => {
      text += t;
      return true;
    },
  } as unknown as NodeJS.WriteStream);
  display.begin("build");
  display.detail("build", "compiling");
  display.end({ id: "build", title: "build", seconds: 90, state: "done" });
  await display.close();
  expect(text).toBe("... build (about 1 min 40 s)\nok  build: 1 min 30 s (about 10 s left)\n");
});

test.each([
  [true, 0],
  [true, 39],
  [false, 120],
])("terminal %s of %d columns: plain lines, no escape codes", async (isTTY, columns) => {
  let text = "";
  const display = displayFor([step("build", "cpu", 100)], {
    isTTY,
    columns,
    write: (t: string) => {
      text += t;
      return true;
    },
  } as unknown as NodeJS.WriteStream);
  display.begin("build");
  await display.close();
  expect(text).toBe("... build (about 1 min 40 s)\n");
});
