import { mkdirSync } from "node:fs";
import * as path from "node:path";
import Table from "cli-table3";
import { Listr, type ListrTaskWrapper, type DefaultRenderer, type SimpleRenderer } from "listr2";
import { lock } from "proper-lockfile";
import { cacheDir, Context, StepError } from "./context";
import type { Step, StepContext } from "./step";

export interface RunOptions {
  readonly root: string;
  readonly cache?: string;
  /** Where progress and the table of times go; nothing is printed without it. */
  readonly output?: NodeJS.WriteStream;
}

export interface Timing { readonly id: string; readonly title: string; readonly seconds: number; readonly state: "done" | "there" }

const duration = (seconds: number): string => seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** Orders keys: a step's key may use the keys of what it needs. */
export function keyReader(steps: readonly Step[], context: (id: string) => StepContext): (id: string) => string {
  const keys = new Map<string, string>();
  const read = (id: string): string => {
    const known = keys.get(id);
    if (known !== undefined) return known;
    const step = steps.find((s) => s.id === id);
    if (step === undefined) throw new Error(`no set-up step "${id}"`);
    const key = step.key(context(id));
    keys.set(id, key);
    return key;
  };
  return read;
}

/** One set-up at a time for a cache; a second one waits, and says so. */
async function exclusive<T>(cache: string, say: (line: string) => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(cache, { recursive: true });
  const options = { lockfilePath: path.join(cache, "setup.lock"), stale: 20_000, realpath: false };
  const release = await lock(cache, options).catch((error: { code?: string }) => {
    if (error.code !== "ELOCKED") throw error;
    say("another set-up is at work in this cache: waiting for it");
    return lock(cache, { ...options, retries: { forever: true, minTimeout: 1000, maxTimeout: 3000, factor: 1 } });
  });
  try { return await work(); } finally { await release().catch(() => undefined); }
}

class Run {
  private readonly done = new Map<string, Promise<Timing>>();
  private cpu: Promise<unknown> = Promise.resolve();
  readonly abort = new AbortController();
  private readonly contexts = new Map<string, Context>();
  private readonly details = new Map<string, (line: string) => void>();
  readonly keyOf: (id: string) => string;
  remaining: number;

  constructor(readonly steps: readonly Step[], private readonly root: string, private readonly cache: string) {
    this.keyOf = keyReader(steps, (id) => this.context(id));
    this.remaining = steps.reduce((sum, s) => sum + s.estimate, 0);
  }

  context(id: string): Context {
    let c = this.contexts.get(id);
    if (c === undefined) this.contexts.set(id, c = new Context(this.root, this.cache, (x) => this.keyOf(x), id, (line) => this.details.get(id)?.(line), this.abort.signal));
    return c;
  }

  /** Runs a step once, after what it needs. */
  start(step: Step, begin: () => void, detail: (line: string) => void): Promise<Timing> {
    this.details.set(step.id, detail);
    const known = this.done.get(step.id);
    if (known !== undefined) return known;
    const promise = this.perform(step, begin);
    this.done.set(step.id, promise);
    return promise;
  }

  private async perform(step: Step, begin: () => void): Promise<Timing> {
    await Promise.all(step.needs.map((id) => this.done.get(id)));
    const ctx = this.context(step.id);
    const at = Date.now();
    const timing = (state: Timing["state"], from: number): Timing => {
      this.remaining -= step.estimate;
      return { id: step.id, title: step.title, seconds: (Date.now() - from) / 1000, state };
    };
    try {
      if (await step.present(ctx)) return timing("there", at);
      const work = async (): Promise<Timing> => {
        if (this.abort.signal.aborted) throw new Error("not begun: another step failed");
        begin();
        const from = Date.now();
        await step.run(ctx);
        return timing("done", from);
      };
      return step.kind === "cpu" ? await this.queue(work) : await work();
    } catch (error) {
      throw error instanceof StepError ? error : new StepError(step, (error as Error).message, ctx.logFile);
    } finally {
      ctx.close();
    }
  }

  private queue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.cpu.catch(() => undefined).then(work);
    this.cpu = turn;
    return turn;
  }
}

/** Steps so that each comes after what it needs (they are few: repeated passes). */
export function ordered(steps: readonly Step[]): Step[] {
  const out: Step[] = [], rest = [...steps];
  while (rest.length > 0) {
    const i = rest.findIndex((s) => s.needs.every((n) => out.some((o) => o.id === n)));
    if (i < 0) throw new Error(`set-up steps need one another in a circle, or one that is not there: ${rest.map((s) => `${s.id} (${s.needs.join(", ")})`).join("; ")}`);
    out.push(...rest.splice(i, 1));
  }
  return out;
}

/**
 * Runs the steps that are not done yet: those that use every core one after another, the others beside them. On a failure what runs is
 * finished or ended, what is done is kept.
 *
 * @throws StepError of the first step that failed.
 */
export async function runSteps(steps: readonly Step[], options: RunOptions): Promise<{ timings: Timing[]; context: StepContext }> {
  const cache = options.cache ?? cacheDir(), out = options.output;
  const say = (line: string): void => { out?.write(`${line}\n`); };
  return exclusive(cache, say, async () => {
    const run = new Run(ordered(steps), options.root, cache);
    const stop = (): void => run.abort.abort();
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const begun = Date.now();
    try {
      const timings = out?.isTTY === true ? await withDisplay(run) : await withLines(run, say);
      const worked = timings.filter((t) => t.state === "done");
      if (worked.length > 0) report(worked, (Date.now() - begun) / 1000, say);
      return { timings, context: run.context("result") };
    } finally {
      process.off("SIGINT", stop).off("SIGTERM", stop);
    }
  });
}

async function settle(promises: Promise<Timing>[]): Promise<Timing[]> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((r): r is PromiseRejectedResult => r.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results.map((r) => (r as PromiseFulfilledResult<Timing>).value);
}

function withLines(run: Run, say: (line: string) => void): Promise<Timing[]> {
  return settle(run.steps.map((step) => run.start(step, () => say(`... ${step.title} (about ${duration(step.estimate)})`), () => undefined)
    .then((t) => { if (t.state === "done") say(`ok  ${step.title}: ${duration(t.seconds)} (about ${duration(run.remaining)} of work left)`); return t; },
      (error) => { run.abort.abort(); throw error; })));
}

async function withDisplay(run: Run): Promise<Timing[]> {
  const promises: Promise<Timing>[] = [];
  const tasks = run.steps.map((step) => ({
    title: step.title,
    task: async (_: unknown, task: ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>) => {
      let begun = 0;
      const tick = setInterval(() => { if (begun > 0) task.title = `${step.title}: ${duration((Date.now() - begun) / 1000)} of about ${duration(step.estimate)}`; }, 500);
      const promise = run.start(step, () => { begun = Date.now(); }, (line) => { task.output = line; });
      promises.push(promise);
      try {
        const t = await promise;
        task.title = t.state === "there" ? `${step.title}: there` : `${step.title}: ${duration(t.seconds)}`;
      } catch (error) { run.abort.abort(); throw error; } finally { clearInterval(tick); }
    },
  }));
  await new Listr(tasks, { concurrent: true, exitOnError: false, rendererOptions: { collapseErrors: false } }).run();
  return settle(promises);
}

function report(worked: readonly Timing[], wall: number, say: (line: string) => void): void {
  const table = new Table({ head: ["set-up step", "time"], colAligns: ["left", "right"], style: { head: [], border: [] } });
  for (const t of [...worked].sort((a, b) => b.seconds - a.seconds)) table.push([t.title, duration(t.seconds)]);
  say(table.toString());
  say(`set-up took ${duration(wall)}`);
}
