/** What a provider is to the Pulumi engine: its resource types, and what each does. */
import type { Changes } from "./diff";
import type { Properties } from "./values";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}
export interface Urn {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly stack: string;
  readonly project: string;
}

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures?: readonly CheckFailure[];
}
export interface DiffResult {
  readonly changes: Changes;
  readonly replace?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

export interface Operation {
  readonly urn: Urn;
  readonly preview: boolean;
  /** Seconds that the program allows; 0 means the resource's own default. */
  readonly timeout: number;
  /** Aborted when the user interrupts the engine. */
  readonly signal: AbortSignal;
}

/** What one resource type does. Inputs and state are wire values: secrets are still marked. */
export interface Resource {
  check(
    urn: Urn,
    inputs: Properties,
    before: () => Properties | null,
    randomSeed: Buffer,
  ): Promise<CheckResult> | CheckResult;
  diff(
    urn: Urn,
    id: string,
    before: { inputs: Properties; state: Properties },
    inputs: Properties,
    ignore: readonly string[],
  ): Promise<DiffResult> | DiffResult;
  create(op: Operation, inputs: Properties): Promise<{ id: string; state: Properties }>;
  /** Null when the thing is gone. */
  read(
    op: Operation,
    id: string,
    inputs: Properties,
    state: Properties,
  ): Promise<{ id: string; inputs: Properties; state: Properties } | null>;
  update(
    op: Operation,
    id: string,
    before: { inputs: Properties; state: Properties },
    inputs: Properties,
  ): Promise<Properties>;
  delete(op: Operation, id: string, inputs: Properties, state: Properties): Promise<void>;
}

/** A resource that exists but did not become what it should: the engine keeps its state and shows the reasons. */
export class PartialFailure extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly state: Properties,
    readonly inputs: Properties,
  ) {
    super(message);
  }
}

export interface ResourceProvider {
  readonly name: string;
  readonly version: string;
  /** @throws Error for a type this provider does not have. */
  resource(type: string): Resource;
  checkConfig?(inputs: Properties): CheckResult;
  diffConfig?(before: Properties, after: Properties): DiffResult;
  configure?(inputs: Properties): void | Promise<void>;
  /** Functions; without it a call is an error. */
  invoke?(token: string, args: Properties): Promise<Properties>;
  /** What to do about components and methods, which no provider here has: the end of the error that a program gets for one. */
  readonly components?: string;
}

export function parseUrn(urn: string): Urn {
  const [head = "", project = "", types = "", ...name] = urn.split("::");
  return {
    urn,
    stack: head.replace(/^urn:pulumi:/, ""),
    project,
    type: types.split("$").at(-1)!,
    name: name.join("::"),
  };
}
