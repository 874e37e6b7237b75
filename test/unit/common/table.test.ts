import { tableText } from "../../../common/table";

test("rows follow one another without lines between them", () => {
  expect(tableText([["a", "b"], ["c"]], { head: ["one", "two"] })).toBe(
    ["┌─────┬─────┐", "│ one │ two │", "│ a   │ b   │", "│ c   │     │", "└─────┴─────┘"].join("\n"),
  );
});

test("a table without titles, within its widths", () => {
  expect(tableText([["abcdefgh"]], { widths: [6] })).toBe(["┌──────┐", "│ abcd │", "│ efgh │", "└──────┘"].join("\n"));
});

test("colours are only there when asked for", () => {
  const rows = [["x"]];
  // The library of colours looks once, when it is loaded, whether the output is a terminal.
  const given = process.env["FORCE_COLOR"];
  process.env["FORCE_COLOR"] = "1";
  try {
    jest.isolateModules(() => {
      const { tableText: onTerminal } =
        jest.requireActual<typeof import("../../../common/table")>("../../../common/table");
      expect(onTerminal(rows, { head: ["t"] })).not.toContain("\u001b");
      expect(onTerminal(rows, { head: ["t"], colour: true })).toContain("\u001b");
    });
  } finally {
    if (given === undefined) delete process.env["FORCE_COLOR"];
    else process.env["FORCE_COLOR"] = given;
  }
});
