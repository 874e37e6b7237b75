import { byLine, StreamText } from "../../../common/lines";

const BYTES = Buffer.from("größer\n€ 5\nrest");

test("lines and characters are whole, wherever the chunks are cut", () => {
  for (let cut = 0; cut <= BYTES.length; cut++) {
    const lines: string[] = [];
    const text = new StreamText();
    const feed = byLine((line) => lines.push(line));
    for (const chunk of [BYTES.subarray(0, cut), BYTES.subarray(cut)]) {
      feed(chunk);
      text.add(chunk);
    }
    expect(lines).toEqual(["größer", "€ 5"]);
    expect(text.text).toBe("größer\n€ 5\nrest");
  }
});
