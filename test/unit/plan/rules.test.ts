import { formatProblems } from "../../../lab-spec";
import { ADDRESS_CASES } from "./cases-addresses";
import { NUMBER_CASES } from "./cases-numbers";
import { OTHER_CASES } from "./cases-others";
import { bigLab, problemsOf, smallLab } from "./labs";
import { fabric } from "./rule-case";

describe("rules", () => {
  test("the small lab is sound", () => expect(problemsOf(smallLab())).toEqual([]));

  test.each([...NUMBER_CASES, ...ADDRESS_CASES, ...OTHER_CASES])("%s", (_title, edit, text) => {
    expect(formatProblems(problemsOf(edit(smallLab())))).toBe(`fabriclab:lab has 1 problem\n\n${text}`);
  });

  test("spines may share an AS number", () => {
    expect(
      problemsOf(
        fabric({
          spines: [
            { name: "spine1", as: 65000 },
            { name: "spine2", as: 65000 },
          ],
        })(smallLab()),
      ),
    ).toEqual([]);
  });

  test("a wide fabric needs a wider link pool, and the remedy is enough", () => {
    const lab = bigLab(8, 64);
    const narrow = { ...lab, fabric: { ...lab.fabric, links: { pool: "172.18.0.0/24" } } };
    const problems = problemsOf(narrow);
    expect(problems.map((problem) => problem.remedy)).toEqual([
      "Use a pool of /22 or shorter, for example 172.18.0.0/22.",
    ]);
    expect(problemsOf({ ...narrow, fabric: { ...narrow.fabric, links: { pool: "172.18.0.0/22" } } })).toEqual([]);
  });
});
