/**
 * Every check against what real labs answered (test/fixtures/verify): as it was, it passes; with one answer changed, as a fault would change it, exactly
 * the rows fail that should.
 */
import { RecordedLab, recordedPlan, recording, type Recording } from "../../recorded/answers";
import { CHECKS } from "../../../verify/checks";
import { rangeRows } from "../../../verify/checks/reserved-ranges";
import type { Row } from "../../../verify/types";
import { NEGATIVE_CASES, type NegativeCase } from "./negative-cases";

const LABS: Readonly<Record<NegativeCase["lab"], Recording>> = { bgp: recording("bgp"), vxlan: recording("vxlan") };
const plans = { bgp: recordedPlan(LABS.bgp), vxlan: recordedPlan(LABS.vxlan) };

function rowsOf(lab: NegativeCase["lab"], check: string, answers = LABS[lab].answers): Promise<Row[]> {
  const found = CHECKS.find(({ id }) => id === check);
  if (found === undefined) throw new Error(`there is no check ${check}`);
  return found.run(new RecordedLab(plans[lab], answers));
}

/** The lab's answers with one changed; `null` for a machine that answers no more. */
function changed({ lab, machine, answer, change }: NegativeCase): Recording["answers"] {
  const { answers } = LABS[lab];
  const was = answers[machine]?.[answer];
  if (was === undefined) throw new Error(`${machine} of lab ${lab} gave no answer "${answer}"`);
  const now = change(was);
  expect(now).not.toBe(was);
  const others = Object.fromEntries(Object.entries(answers[machine] ?? {}).filter(([key]) => key !== answer));
  return { ...answers, [machine]: now === null ? others : { ...others, [answer]: now } };
}

describe.each(["bgp", "vxlan"] as const)("the %s lab as it was", (lab) => {
  test.each(CHECKS.map(({ id }) => id))("passes %s", async (id) => {
    expect((await rowsOf(lab, id)).filter((row) => !row.ok)).toEqual([]);
  });
});

test.each(NEGATIVE_CASES)("$check fails where $title", async (each) => {
  const before = await rowsOf(each.lab, each.check);
  const rows = await rowsOf(each.lab, each.check, changed(each));
  expect(rows.filter((row) => !row.ok).map(({ subject, seen }) => `${subject}: ${seen}`)).toEqual(each.fails);
  // A row that is left out would hide what it should tell.
  if (each.fewer !== true) expect(rows.length).toBeGreaterThanOrEqual(before.length);
});

test("a range of the plan in Docker's range is told, whatever routes there are", () => {
  const plan = plans.bgp;
  const moved = { ...plan, management: { ...plan.management, subnet: "172.17.3.0/24" } };
  expect(rangeRows(plan).map(({ seen, ok }) => [seen, ok])).toEqual([["none", true]]);
  expect(rangeRows(moved).map(({ seen, ok }) => [seen, ok])).toEqual([["172.17.3.0/24", false]]);
});

test("every check has rows in one of the labs, and a case in which it must fail", async () => {
  const counts = await Promise.all(
    CHECKS.map(async ({ id }) => [id, (await rowsOf("bgp", id)).length + (await rowsOf("vxlan", id)).length] as const),
  );
  expect(counts.filter(([, rows]) => rows === 0)).toEqual([]);
  const failing = new Set(NEGATIVE_CASES.map(({ check }) => check));
  expect(CHECKS.map(({ id }) => id).filter((id) => !failing.has(id))).toEqual([]);
});
