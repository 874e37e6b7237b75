import Table from "cli-table3";
import { Listr, type DefaultRenderer, type ListrTaskWrapper, type SimpleRenderer } from "listr2";
import type { Step, Timing } from "./step";

/** What a run tells of its steps, by id. */
export interface Observer {
  begin(id: string): void;
  detail(id: string, line: string): void;
  end(timing: Timing): void;
}

/** Seconds for people: "3.2 s", "48 s", "7 min 5 s". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : `${whole} s`;
}

/**
 * Seconds until all is done, by the estimates of the steps: `cpu` steps one after another, what waits for them after them, the rest beside them.
 *
 * @param elapsed seconds that a step has been at work; steps that are done are not among `open`
 */
export function timeLeft(open: readonly Step[], elapsed: (id: string) => number = () => 0): number {
  const left = (s: Step): number => Math.max(s.estimate - elapsed(s.id), 0);
  const ids = new Set(open.map((s) => s.id));
  const late = new Set<string>();
  for (const s of open) if (s.kind === "cpu" || s.needs.some((n) => ids.has(n) && late.has(n))) late.add(s.id);
  const beside = Math.max(0, ...open.filter((s) => !late.has(s.id)).map(left));
  return Math.max(
    open.filter((s) => late.has(s.id)).reduce((sum, s) => sum + left(s), 0),
    beside,
  );
}

/** Shows the progress of a run. Without an output it shows nothing. */
export abstract class Display implements Observer {
  protected readonly begun = new Map<string, number>();
  private readonly ended = new Set<string>();
  private readonly startedAt = Date.now();

  constructor(
    protected readonly steps: readonly Step[],
    private readonly out: NodeJS.WritableStream | undefined,
  ) {}

  protected say(line: string): void {
    this.out?.write(`${line}\n`);
  }
  protected step(id: string): Step {
    return this.steps.find((s) => s.id === id)!;
  }
  protected elapsed(id: string): number {
    return this.begun.has(id) ? (Date.now() - this.begun.get(id)!) / 1000 : 0;
  }
  protected get open(): readonly Step[] {
    return this.steps.filter((s) => !this.ended.has(s.id));
  }
  protected get left(): string {
    return duration(timeLeft(this.open, (id) => this.elapsed(id)));
  }

  begin(id: string): void {
    this.begun.set(id, Date.now());
  }
  abstract detail(id: string, line: string): void;
  end(timing: Timing): void {
    this.ended.add(timing.id);
  }
  async close(): Promise<void> {
    /* nothing to take down */
  }

  /** Says where the time went, longest first; nothing when there was nothing to do. */
  report(timings: readonly Timing[]): void {
    const worked = timings.filter((t) => t.state === "done");
    if (worked.length === 0) return;
    const table = new Table({
      head: ["set-up step", "time"],
      colAligns: ["left", "right"],
      style: { head: [], border: [] },
    });
    for (const t of [...worked].sort((a, b) => b.seconds - a.seconds)) table.push([t.title, duration(t.seconds)]);
    this.say(table.toString());
    this.say(`set-up took ${duration((Date.now() - this.startedAt) / 1000)}`);
  }
}

/** Plain lines, for logs: one when a step begins, one when it ends, one a minute in between. */
class Lines extends Display {
  private readonly heartbeat = setInterval(() => {
    const running = this.open.filter((s) => this.begun.has(s.id));
    if (running.length > 0)
      this.say(
        `    ${running.map((s) => `${s.title}: ${duration(this.elapsed(s.id))} of about ${duration(s.estimate)}`).join("; ")}`,
      );
  }, 60_000).unref();

  override begin(id: string): void {
    super.begin(id);
    this.say(`... ${this.step(id).title} (about ${duration(this.step(id).estimate)})`);
  }
  detail(): void {
    /* in the step's log */
  }
  override end(timing: Timing): void {
    super.end(timing);
    if (timing.state === "done") this.say(`ok  ${timing.title}: ${duration(timing.seconds)} (about ${this.left} left)`);
  }
  override async close(): Promise<void> {
    clearInterval(this.heartbeat);
  }
}

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** A live list of the steps that had to be made, on a terminal. */
class Live extends Display {
  private readonly tasks = new Map<string, Task>();
  private readonly settled = new Map<string, (timing: Timing | null) => void>();
  private list: Promise<unknown> | undefined;
  private tick: NodeJS.Timeout | undefined;

  override begin(id: string): void {
    super.begin(id);
    this.list ??= this.show();
  }

  /** Begins with the first step that has work to do: a warm run shows no list. */
  private show(): Promise<unknown> {
    this.tick = setInterval(() => {
      for (const s of this.open)
        if (this.begun.has(s.id) && this.tasks.has(s.id))
          this.tasks.get(s.id)!.title =
            `${s.title}: ${duration(this.elapsed(s.id))} of about ${duration(s.estimate)} (all: ${this.left} left)`;
    }, 500);
    const tasks = this.open.map((s) => {
      const done = new Promise<Timing | null>((resolve) => this.settled.set(s.id, resolve));
      return {
        title: s.title,
        task: async (_: unknown, task: Task): Promise<void> => {
          this.tasks.set(s.id, task);
          const timing = await done;
          if (timing === null) throw new Error("not done");
          task.title = timing.state === "there" ? `${s.title}: there` : `${s.title}: ${duration(timing.seconds)}`;
        },
      };
    });
    return new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false },
    }).run();
  }

  detail(id: string, line: string): void {
    const task = this.tasks.get(id);
    if (task !== undefined) task.output = line;
  }
  override end(timing: Timing): void {
    super.end(timing);
    this.settled.get(timing.id)?.(timing);
  }
  override async close(): Promise<void> {
    for (const settle of this.settled.values()) settle(null);
    await this.list;
    clearInterval(this.tick);
  }
}

/** The display that suits an output: live on a terminal wide enough for a list, plain lines elsewhere (some consoles report no width at all). */
export const displayFor = (steps: readonly Step[], out: NodeJS.WriteStream | undefined): Display =>
  out?.isTTY === true && out.columns >= 40 ? new Live(steps, out) : new Lines(steps, out);
