/** What a user can do something about: one message, and what to do. Printed without a stack trace; exit code 1. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** A command line that can't be right; exit code 2. */
export class UsageError extends Error {}

/** Ends the program with a code that is not this program's own verdict: of a command on a machine, of Pulumi. */
export class ExitCode extends Error {
  constructor(readonly code: number) {
    super(`exit status ${code}`);
  }
}

export interface Ending {
  readonly text: string;
  readonly code: number;
}

/** What is printed on stderr for an error, and the exit code. */
export function endingOf(error: unknown): Ending {
  if (error instanceof ExitCode) return { text: "", code: error.code };
  if (error instanceof UsageError)
    return {
      text: `fabriclab: ${error.message}\nSee \`fabriclab --help\`, or \`fabriclab COMMAND --help\`.\n`,
      code: 2,
    };
  if (error instanceof Failure)
    return { text: `fabriclab: ${error.message}\n${error.remedy === undefined ? "" : `  ${error.remedy}\n`}`, code: 1 };
  if (error instanceof Error)
    return {
      text: `fabriclab: ${process.env.FABRICLAB_DEBUG === undefined ? error.message : (error.stack ?? error.message)}\n`,
      code: 1,
    };
  return { text: `fabriclab: ${String(error)}\n`, code: 1 };
}
