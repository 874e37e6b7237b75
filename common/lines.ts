import { StringDecoder } from "node:string_decoder";

/**
 * Calls back with each whole line of a stream of UTF-8 text. A character, like a line, may come in two chunks.
 *
 * @returns what the stream's chunks are given to
 */
export function byLine(onLine: (line: string) => void): (data: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return (data) => {
    const lines = (rest + decoder.write(data)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}

/** The text of a stream so far, from chunks that may end in the midst of a character. */
export class StreamText {
  private readonly decoder = new StringDecoder("utf8");
  private known = "";

  add(data: Buffer): void {
    this.known += this.decoder.write(data);
  }

  get text(): string {
    return this.known;
  }
}
