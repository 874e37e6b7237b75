import { StringDecoder } from "node:string_decoder";
import { log } from "../../provider/protocol/engine";
import { secretTexts, type Properties } from "../../provider/protocol/values";

export type Stream = "stdout" | "stderr";
const shown = {
  none: [],
  stdout: ["stdout"],
  stderr: ["stderr"],
  stdoutAndStderr: ["stdout", "stderr"],
} as const satisfies Record<string, readonly Stream[]>;

/**
 * Takes secret inputs out of a text that people will see. Of the connection only what opens it counts: the SDK makes all of it secret, and a message
 * without "root" and "127.0.0.1" helps nobody.
 */
export function redactor(inputs: Properties): (text: string) => string {
  const { connection, ...others } = inputs;
  const texts = new Set(
    [
      ...secretTexts(others),
      ...secretTexts(connection).filter((t) => /PRIVATE KEY/.test(t) || t === password(connection)),
    ]
      // A text of several lines is shown line by line.
      .flatMap((t) => [t, ...t.split("\n")])
      .map((t) => t.trim())
      .filter((t) => t.length >= 6),
  );
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((shownText, t) => shownText.replaceAll(t, "[secret]"), text);
}

function password(connection: unknown): string | undefined {
  const unwrapped =
    (connection as { value?: { password?: unknown } } | undefined)?.value?.password ??
    (connection as { password?: unknown } | undefined)?.password;
  return typeof unwrapped === "string" ? unwrapped : (unwrapped as { value?: string } | undefined)?.value;
}

/** Output of one command: both streams as they came, for the error message, and lines to the engine as `logging` asks for (both, unless told otherwise). */
export class Output {
  private text = "";
  private readonly rest: Record<Stream, string> = { stdout: "", stderr: "" };
  private readonly decoders: Record<Stream, StringDecoder> = {
    stdout: new StringDecoder("utf8"),
    stderr: new StringDecoder("utf8"),
  };
  private readonly streams: readonly Stream[];

  constructor(
    private readonly urn: string,
    logging: string | undefined,
    private readonly redact: (text: string) => string,
  ) {
    this.streams = shown[(logging ?? "stdoutAndStderr") as keyof typeof shown] ?? [];
  }

  readonly add = (stream: Stream, data: Buffer): void => {
    const text = this.decoders[stream].write(data);
    this.text += text;
    if (!this.streams.includes(stream)) return;
    const lines = (this.rest[stream] + text).split("\n");
    this.rest[stream] = lines.pop()!;
    for (const line of lines) log(this.urn, "info", this.redact(line));
  };

  /** Says the last lines, which no newline ended. @returns all output in the order it came, without secrets. */
  end(): string {
    for (const stream of this.streams)
      if (this.rest[stream] !== "") {
        log(this.urn, "info", this.redact(this.rest[stream]));
        this.rest[stream] = "";
      }
    return this.redact(this.text).trim();
  }
}
