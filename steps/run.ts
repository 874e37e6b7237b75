import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { lock } from "proper-lockfile";
import { SerialQueue } from "../common/queue";
import { cacheDir, Context, StepError } from "./context";
import { displayFor, type Observer } from "./display";
import type { Step, StepContext, Timing } from "./step";

export interface RunOptions {
  readonly root: string;
  readonly cache?: string;
  /** Where progress and the table of times go; nothing is printed without it. */
  readonly output?: NodeJS.WriteStream;
  /** Ids of the steps whose results are wanted: they and what they need are done, and no other. All unless given. */
  readonly targets?: readonly string[] | null;
}

/** Steps that the targets are made of, in the order of the list. @throws Error for a target that is none */
export function neededFor(steps: readonly Step[], targets: readonly string[]): Step[] {
  const chosen = new Set<string>();
  const choose = (id: string): void => {
    if (chosen.has(id)) return;
    const step = steps.find((each) => each.id === id);
    if (step === undefined) throw new Error(`no set-up step "${id}"`);
    chosen.add(id);
    step.needs.forEach(choose);
  };
  targets.forEach(choose);
  return steps.filter(({ id }) => chosen.has(id));
}

/** Orders keys: a step's key may use the keys of what it needs. */
export function keyReader(steps: readonly Step[], context: (id: string) => StepContext): (id: string) => string {
  const keys = new Map<string, string>();
  return (id) => {
    const known = keys.get(id);
    if (known !== undefined) return known;
    const step = steps.find((s) => s.id === id);
    if (step === undefined) throw new Error(`no set-up step "${id}"`);
    const key = step.key(context(id));
    keys.set(id, key);
    return key;
  };
}

/** One set-up at a time for a cache; a second one waits, and says so. */
async function exclusive<T>(cache: string, say: (line: string) => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(cache, { recursive: true });
  const options = { lockfilePath: path.join(cache, "setup.lock"), stale: 20_000, realpath: false };
  const release = await lock(cache, options).catch((error: { code?: string }) => {
    if (error.code !== "ELOCKED") throw error;
    say("another set-up is at work in this cache: waiting for it");
    return lock(cache, { ...options, retries: { forever: true, minTimeout: 500, maxTimeout: 2000, factor: 1 } });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

/** Steps so that each comes after what it needs (they are few: repeated passes). */
export function ordered(steps: readonly Step[]): Step[] {
  const out: Step[] = [];
  const rest = [...steps];
  while (rest.length > 0) {
    const i = rest.findIndex((s) => s.needs.every((n) => out.some((o) => o.id === n)));
    if (i < 0)
      throw new Error(
        `set-up steps need one another in a circle, or one that is not there: ${rest.map((s) => `${s.id} (${s.needs.join(", ")})`).join("; ")}`,
      );
    out.push(...rest.splice(i, 1));
  }
  return out;
}

class Run {
  private readonly promises = new Map<string, Promise<Timing>>();
  private readonly contexts = new Map<string, Context>();
  /** Steps that use every core themselves, one after another. */
  private readonly cpu = new SerialQueue();
  private observer: Observer | undefined;
  readonly abort = new AbortController();
  readonly keyOf: (id: string) => string;
  /** Those that are run, each after what it needs. */
  readonly steps: readonly Step[];
  /** What failed first: what fails after it does so because it was ended. */
  failure: StepError | undefined;

  /**
   * @param known every step: keys are read of those too that are not run
   * @param targets as `RunOptions.targets`
   */
  constructor(
    known: readonly Step[],
    private readonly root: string,
    private readonly cache: string,
    targets: readonly string[] | null = null,
  ) {
    this.keyOf = keyReader(known, (id) => this.context(id));
    this.steps = ordered(targets === null ? known : neededFor(known, targets));
  }

  context(id: string): Context {
    let c = this.contexts.get(id);
    if (c === undefined)
      this.contexts.set(
        id,
        (c = new Context(
          this.root,
          this.cache,
          (x) => this.keyOf(x),
          id,
          (line) => this.observer?.detail(id, line),
          this.abort.signal,
        )),
      );
    return c;
  }

  /** Starts every step: each waits for what it needs. The promises settle in any order. */
  start(observer: Observer): Map<string, Promise<Timing>> {
    this.observer = observer;
    for (const step of this.steps) {
      const promise = this.perform(step, observer);
      promise.then(
        (t) => observer.end(t),
        () => undefined,
      );
      this.promises.set(step.id, promise);
    }
    return this.promises;
  }

  private async perform(step: Step, observer: Observer): Promise<Timing> {
    await Promise.all(step.needs.map((id) => this.promises.get(id)));
    const ctx = this.context(step.id);
    let from = Date.now();
    const timing = (state: Timing["state"]): Timing => ({
      id: step.id,
      title: step.title,
      seconds: (Date.now() - from) / 1000,
      state,
    });
    try {
      if (await step.present(ctx)) return timing("there");
      const work = async (): Promise<Timing> => {
        if (this.abort.signal.aborted) throw new Error("interrupted");
        from = Date.now();
        observer.begin(step.id);
        await step.run(ctx);
        return timing("done");
      };
      return step.kind === "cpu" ? await this.cpu.add(work) : await work();
    } catch (error) {
      this.failure ??= new StepError(step, (error as Error).message, ctx.logFile);
      this.abort.abort();
      throw this.failure;
    } finally {
      await ctx.close();
    }
  }
}

/**
 * Runs the steps that are not done yet: those that use every core one after another, the others beside them. After a failure or Ctrl-C what runs is
 * ended, what is done is kept, and a further call goes on from there.
 *
 * @throws StepError of the step that failed first.
 */
export async function runSteps(
  steps: readonly Step[],
  options: RunOptions,
): Promise<{ timings: Timing[]; context: StepContext }> {
  const cache = options.cache ?? cacheDir();
  const out = options.output;
  const say = (line: string): void => {
    out?.write(`${line}\n`);
  };
  return exclusive(cache, say, async () => {
    const run = new Run(steps, options.root, cache, options.targets);
    const stop = (): void => run.abort.abort();
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const display = displayFor(run.steps, out);
    try {
      const results = await Promise.allSettled(run.start(display).values());
      await display.close();
      if (run.failure !== undefined) throw run.failure;
      const timings = results.map((r) => (r as PromiseFulfilledResult<Timing>).value);
      display.report(timings);
      return { timings, context: run.context("result") };
    } finally {
      process.off("SIGINT", stop).off("SIGTERM", stop);
    }
  });
}

/** Whether everything that the steps of `options.targets` make is there: looks only. */
export async function allPresent(steps: readonly Step[], options: RunOptions): Promise<boolean> {
  const run = new Run(steps, options.root, options.cache ?? cacheDir(), options.targets);
  for (const step of run.steps) if (!(await step.present(run.context(step.id)).catch(() => false))) return false;
  return true;
}
