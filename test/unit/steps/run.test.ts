import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StepError } from "../../../steps/context";
import { allPresent, keyReader, ordered, runSteps } from "../../../steps/run";
import type { Step, StepContext } from "../../../steps/step";

let cache: string;
let events: string[];
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), "run-"));
  events = [];
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

/** A step whose result is a file in the cache. */
function step(id: string, more: Partial<Step> & { work?: (ctx: StepContext) => Promise<void> } = {}): Step {
  const { work, ...rest } = more;
  const file = (ctx: StepContext): string => path.join(ctx.cache, id);
  return {
    id,
    title: `make ${id}`,
    needs: [],
    estimate: 1,
    kind: "io",
    key: () => id,
    present: async (ctx) => existsSync(file(ctx)),
    run: async (ctx) => {
      events.push(`+${id}`);
      await work?.(ctx);
      writeFileSync(file(ctx), "");
      events.push(`-${id}`);
    },
    ...rest,
  };
}
const options = (): { root: string; cache: string } => ({ root: cache, cache });
const lines = (): { output: NodeJS.WriteStream; text: () => string } => {
  let text = "";
  return {
    output: {
      write: (t: string) => {
        text += t;
        return true;
      },
    } as unknown as NodeJS.WriteStream,
    text: () => text,
  };
};

test("a step begins after what it needs has ended, in whatever order they are given", async () => {
  await runSteps(
    [step("c", { needs: ["b"] }), step("b", { needs: ["a"] }), step("a", { work: () => sleep(20) })],
    options(),
  );
  expect(events).toEqual(["+a", "-a", "+b", "-b", "+c", "-c"]);
});

test("cpu steps run one at a time, io steps beside them", async () => {
  const busy = { work: (): Promise<void> => sleep(40) };
  await runSteps(
    [step("cpu1", { kind: "cpu", ...busy }), step("cpu2", { kind: "cpu", ...busy }), step("io", busy)],
    options(),
  );
  expect(events.indexOf("+cpu2")).toBeGreaterThan(events.indexOf("-cpu1"));
  expect(events.indexOf("+io")).toBeLessThan(events.indexOf("-cpu1"));
});

test("what is there is not made again, and a run with nothing to do prints nothing", async () => {
  await runSteps([step("a"), step("b", { needs: ["a"] })], options());
  events = [];
  const { output, text } = lines();
  const { timings } = await runSteps([step("a"), step("b", { needs: ["a"] })], { ...options(), output });
  expect(events).toEqual([]);
  expect(timings.map((t) => t.state)).toEqual(["there", "there"]);
  expect(text()).toBe("");
});

test("only what changed is made again: a new key makes its step and those that use the key", async () => {
  const keyed = (id: string, key: (ctx: StepContext) => string, needs: string[] = []): Step => {
    const file = (ctx: StepContext): string => path.join(ctx.cache, `${id}-${ctx.keyOf(id)}`);
    return {
      ...step(id, { needs, key }),
      present: async (ctx) => existsSync(file(ctx)),
      run: async (ctx) => {
        events.push(id);
        writeFileSync(file(ctx), "");
      },
    };
  };
  const steps = (version: string): Step[] => [
    keyed("base", () => version),
    keyed("image", (ctx) => `image-of-${ctx.keyOf("base")}`, ["base"]),
    keyed("other", () => "other"),
  ];
  await runSteps(steps("1"), options());
  events = [];
  await runSteps(steps("2"), options());
  expect(events).toEqual(["base", "image"]);
});

describe("a failure", () => {
  const bad = (): Step =>
    step("bad", {
      work: async (ctx) => {
        await ctx.exec("sh", ["-c", "echo first; echo the reason >&2; exit 3"]);
      },
    });

  test("names the step, its exit status, its last lines, its log and what to do", async () => {
    const error = await runSteps([bad()], options()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StepError);
    const { message, log } = error as StepError;
    expect(message).toMatch(
      /^make bad: sh ended with exit status 3\n {4}first\n {4}the reason\n {2}log: .*logs\/bad\.log\n.*run it again/,
    );
    expect(readFileSync(log, "utf8")).toContain("the reason");
  });

  test("ends other steps, which are not blamed; what was done is kept, and the next run goes on from there", async () => {
    const slow = step("slow", {
      work: async (ctx) => {
        await ctx.exec("sleep", ["30"]);
      },
    });
    const begun = Date.now();
    const error = await runSteps(
      [step("done"), slow, step("after", { needs: ["slow"] }), { ...bad(), needs: ["done"] }],
      options(),
    ).catch((e: unknown) => e);
    expect((error as StepError).step.id).toBe("bad");
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(events).toEqual(expect.arrayContaining(["-done", "+slow", "+bad"]));
    expect(events).not.toContain("+after");
    events = [];
    await runSteps(
      [step("done"), step("slow"), step("after", { needs: ["slow"] }), step("bad", { needs: ["done"] })],
      options(),
    );
    expect(events.filter((e) => e.startsWith("+")).sort()).toEqual(["+after", "+bad", "+slow"]);
  });

  test("a program that is not installed is named", async () => {
    await expect(
      runSteps(
        [
          step("a", {
            work: async (ctx) => {
              await ctx.exec("no-such-program-here", []);
            },
          }),
        ],
        options(),
      ),
    ).rejects.toThrow(/make a: no-such-program-here: .*ENOENT/);
  });
});

test("an interrupt ends the running program and leaves what is done", async () => {
  const slow = step("slow", {
    needs: ["done"],
    work: async (ctx) => {
      setTimeout(() => process.emit("SIGINT"), 50);
      await ctx.exec("sleep", ["30"]);
    },
  });
  const listeners = process.listenerCount("SIGINT");
  await expect(runSteps([step("done"), slow], options())).rejects.toThrow("make slow: interrupted");
  expect(existsSync(path.join(cache, "done"))).toBe(true);
  expect(existsSync(path.join(cache, "slow"))).toBe(false);
  expect(process.listenerCount("SIGINT")).toBe(listeners);
});

test("a second set-up in the same cache waits for the first, and says so", async () => {
  const { output, text } = lines();
  const slow = step("slow", { work: () => sleep(300) });
  const first = runSteps([slow], options());
  await sleep(50);
  const { timings } = await runSteps([slow], { ...options(), output });
  await first;
  expect(text()).toContain("another set-up is at work in this cache: waiting for it");
  expect(events).toEqual(["+slow", "-slow"]);
  expect(timings[0]!.state).toBe("there");
});

test("the lock of a set-up that was killed is taken over", async () => {
  mkdirSync(path.join(cache, "setup.lock"));
  const past = new Date(Date.now() - 60_000);
  utimesSync(path.join(cache, "setup.lock"), past, past);
  await runSteps([step("a")], options());
  expect(events).toEqual(["+a", "-a"]);
});

test("the report lists what was made, longest first, and the whole time", async () => {
  const { output, text } = lines();
  await runSteps([step("quick"), step("long", { work: () => sleep(120) })], { ...options(), output });
  const report = text().slice(text().indexOf("set-up step"));
  expect(report.indexOf("make long")).toBeLessThan(report.indexOf("make quick"));
  expect(report).toMatch(/set-up took 0\.\d s/);
});

test("targets are made with what they need, and no other step; keys of the others can be read", async () => {
  const steps = [step("a"), step("b", { needs: ["a"] }), step("c", { needs: ["b"] }), step("d")];
  const { context, timings } = await runSteps(steps, { ...options(), targets: ["b"] });
  expect(events).toEqual(["+a", "-a", "+b", "-b"]);
  expect(timings.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(context.keyOf("c")).toBe("c");
  await expect(runSteps(steps, { ...options(), targets: ["ghost"] })).rejects.toThrow('no set-up step "ghost"');
});

test("a circle and a need that is not there are refused by name", () => {
  expect(() => ordered([step("a", { needs: ["b"] }), step("b", { needs: ["a"] })])).toThrow("a (b); b (a)");
  expect(() => ordered([step("a", { needs: ["ghost"] })])).toThrow("a (ghost)");
});

test("the key of a step that is not there is refused by name", () => {
  const read: (id: string) => string = keyReader([step("a")], () => ({ keyOf: read }) as unknown as StepContext);
  expect(read("a")).toBe("a");
  expect(() => read("ghost")).toThrow('no set-up step "ghost"');
});

test("allPresent looks and makes nothing", async () => {
  expect(await allPresent([step("a")], options())).toBe(false);
  expect(events).toEqual([]);
  await runSteps([step("a")], options());
  expect(await allPresent([step("a")], options())).toBe(true);
  expect(
    await allPresent([step("a"), step("b", { present: () => Promise.reject(new Error("no engine")) })], options()),
  ).toBe(false);
  expect(await allPresent([step("a"), step("b")], { ...options(), targets: ["a"] })).toBe(true);
});

test("output that comes in pieces keeps its characters whole", async () => {
  let seen = "";
  const work = async (ctx: StepContext): Promise<void> => {
    // "ü" is two bytes: each is written, and read, on its own.
    seen = await ctx.exec("sh", ["-c", "printf 'a\\303'; sleep 0.2; printf '\\274b'"]);
  };
  await runSteps([step("printing", { work })], options());
  expect(seen).toBe("aüb");
});
