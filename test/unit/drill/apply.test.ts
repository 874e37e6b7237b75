import { setTimeout as sleep } from "node:timers/promises";
import type { Action } from "../../../drill/actions";
import { applyForGood, LeftBroken } from "../../../drill/apply";
import { leftLines } from "../../../drill/text";
import type { LabAccess } from "../../../verify/types";

const ACTION: Action = {
  kind: "link-down",
  title: "link-down a b",
  how: "",
  steps: ["slow", "refusing", "other"].map((machine) => ({
    machine,
    apply: `break ${machine}`,
    undo: `mend ${machine}`,
  })),
  broken: { links: [], machines: [] },
  dead: [],
  resets: [],
};

function access(refuses: readonly string[]): { readonly lab: LabAccess; readonly done: string[] } {
  const done: string[] = [];
  const run: LabAccess["run"] = async (machine) => {
    if (machine === "slow") await sleep(50);
    if (refuses.includes(machine)) return { code: 1, stdout: "", stderr: `${machine} says no` };
    done.push(machine);
    return { code: 0, stdout: "", stderr: "" };
  };
  return { lab: { run } as unknown as LabAccess, done };
}

test("a failure that is kept, and that one machine refuses, says how to undo all of it when the others are done", async () => {
  const { lab, done } = access(["refusing"]);
  const error: unknown = await applyForGood(lab, ACTION).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LeftBroken);
  const { message, left } = error as LeftBroken;
  expect(message).toContain("refusing says no");
  expect(done.sort()).toEqual(["other", "slow"]);
  expect(leftLines(left, "dev")).toEqual([
    "Left as it is. Undo it: fabriclab exec slow --stack dev -- mend slow",
    "Left as it is. Undo it: fabriclab exec refusing --stack dev -- mend refusing",
    "Left as it is. Undo it: fabriclab exec other --stack dev -- mend other",
  ]);
});

test("each machine that refuses is named", async () => {
  const { lab } = access(["refusing", "other"]);
  await expect(applyForGood(lab, ACTION)).rejects.toThrow(/refusing says no.*other says no/s);
});

test("a failure that all machines take has a time", async () => {
  const before = Date.now();
  const { at } = await applyForGood(access([]).lab, ACTION);
  expect(at).toBeGreaterThanOrEqual(before);
});
