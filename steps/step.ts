/** One unit of set-up work. `steps/run.ts` orders steps by `needs`, runs them in parallel, and skips what `key` says is done. */
export interface Step {
  /** Unique, kebab-case: "go-kubernetes", "rootfs-node". */
  readonly id: string;
  /** Shown in the progress display: "build Kubernetes v1.34.4 (7 binaries)". */
  readonly title: string;
  /** Ids of steps that must be done first. */
  readonly needs: readonly string[];
  /** Seconds on two idle cores, cold: drives the estimate shown. */
  readonly estimate: number;
  /** `cpu` steps run one at a time (they use every core themselves); `io` steps run beside them. */
  readonly kind: "cpu" | "io";
  /** Content hash of everything the result depends on (own inputs and the keys of what it needs). */
  key(ctx: StepContext): string;
  /** Whether the result for this key is there and whole; cheap (milliseconds). */
  present(ctx: StepContext): Promise<boolean>;
  /** Makes the result atomically: work in a temporary place, then rename. May be interrupted anywhere and run again. */
  run(ctx: StepContext): Promise<void>;
}

export interface StepContext {
  /** Repository root. */
  readonly root: string;
  /** Cache directory of fabriclab, outside the repository: $FABRICLAB_CACHE, else $XDG_CACHE_HOME/fabriclab, else ~/.cache/fabriclab. */
  readonly cache: string;
  /** Aborted when set-up is interrupted or another step has failed; `exec` ends its program by itself. */
  readonly signal?: AbortSignal;
  /** Shows one line of detail under the running step, and keeps it in the step's log file. */
  log(line: string): void;
  /** Runs a program, its output into the step's log file; rejects with the last lines of it on failure. */
  exec(
    file: string,
    args: readonly string[],
    options?: { cwd?: string; env?: Record<string, string>; input?: string },
  ): Promise<string>;
  /** Key of another step. */
  keyOf(id: string): string;
}

/** How one step went; the state is `there` where its result existed before the run. */
export interface Timing {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
  readonly state: "done" | "there";
}
