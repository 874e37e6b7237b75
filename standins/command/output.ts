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

/** A secret that is shorter may well be a part of some harmless word: it is taken out only where it is a word of its own. */
const SHORT = 6;

/**
 * Takes secret inputs out of a text that people will see. Of the connection only what opens it counts: the SDK makes all of it secret, and a message
 * without "root" and "127.0.0.1" helps nobody.
 */
export function redactor(inputs: Properties): (text: string) => string {
  const { connection, ...others } = inputs;
  const secrets = [
    ...secretTexts(others),
    ...secretTexts(connection).filter((t) => /PRIVATE KEY/.test(t) || t === password(connection)),
  ];
  // A text of several lines is shown line by line; a line of punctuation alone, as "---", keeps no secret.
  const lines = secrets.flatMap((text) => text.split("\n")).filter((line) => WORD.test(line));
  const texts = new Set([...secrets, ...lines].map((text) => text.trim()).filter((text) => text !== ""));
  const patterns = [...texts].sort((a, b) => b.length - a.length).map(patternOf);
  return (text) => patterns.reduce((shownText, pattern) => shownText.replace(pattern, "[secret]"), text);
}

const WORD = /[\p{L}\p{N}_]/u;

function patternOf(secret: string): RegExp {
  const quoted = secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (secret.length >= SHORT) return new RegExp(quoted, "gu");
  const before = WORD.test(secret.charAt(0)) ? `(?<!${WORD.source})` : "";
  const after = WORD.test(secret.charAt(secret.length - 1)) ? `(?!${WORD.source})` : "";
  return new RegExp(`${before}${quoted}${after}`, "gu");
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
