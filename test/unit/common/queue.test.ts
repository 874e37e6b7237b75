import { setTimeout as sleep } from "node:timers/promises";
import { SerialQueue } from "../../../common/queue";

test("one piece of work is done after another, also after one that failed", async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const work =
    (name: string, ms: number, fails = false) =>
    async (): Promise<string> => {
      log.push(`begin ${name}`);
      await sleep(ms);
      log.push(`end ${name}`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    queue.add(work("a", 20)),
    queue.add(work("b", 10, true)),
    queue.add(work("c", 0)),
  ]);
  expect(results.map((each) => each.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(log).toEqual(["begin a", "end a", "begin b", "end b", "begin c", "end c"]);
});
