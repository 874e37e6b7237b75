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
  expect(tableText(rows, { head: ["t"] })).not.toContain("\u001b");
  expect(tableText(rows, { head: ["t"], colour: true })).toContain("\u001b");
});
