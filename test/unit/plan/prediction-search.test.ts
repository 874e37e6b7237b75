import { readFileSync } from "node:fs";
import { join } from "node:path";
import { outcomes, predict } from "../../../plan/prediction";
import { Alike } from "../../../plan/prediction/bgp/alike";
import type { State } from "../../../plan/prediction/bgp/model";
import { settle } from "../../../plan/prediction/bgp/search";
import { certainPass } from "../../../plan/prediction/passes";
import { readSpec } from "../../../lab-spec";
import { allocate, planOf } from "../../../plan";
import { ROOT } from "./labs";

/** The five routers of docs/prediction-search.md: its tables are made here, by running the search. */
const PREFIX = "10.250.0.0/24";
const { spec } = readSpec({
  name: "five",
  fabric: {
    spines: [
      { name: "spine1", as: 65001 },
      { name: "spine2", as: 65002 },
    ],
    leaves: [
      { name: "leaf1", as: 65100, networks: [PREFIX] },
      { name: "leaf2", as: 65200, networks: [PREFIX] },
      { name: "leaf3", as: 65100 },
    ],
  },
  nodes: [{ name: "n1", leaf: "leaf1", role: "control-plane" }],
});
const plan = planOf(allocate(spec!));
const { network, groups } = certainPass(plan);
const group = groups.find(({ prefixes }) => prefixes.includes(PREFIX))!;
const page = readFileSync(join(ROOT, "docs", "prediction-search.md"), "utf8");

const ROUTERS = ["spine1", "spine2", "leaf3"];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** One line a path: "leaf1 [65100]". */
function cells(state: State): string[] {
  return ROUTERS.map((name) => {
    const { best, none } = state[network.speakers.find((each) => each.name === name)!.id]!;
    const paths = best.map(({ edge, asPath }) => `${edge?.from.name} [${asPath.join(" ")}]`);
    return [...paths, ...(none ? ["nothing"] : [])].join(" or ");
  });
}

test("the page's rounds are those of the search", () => {
  const rounds: string[][] = [];
  settle(network, group.origins, (state) => rounds.push([`${rounds.length + 1}`, ...cells(state)]));
  expect(page).toContain(table(["round", ...ROUTERS], rounds));
});

test("the page's outcomes are those that are predicted", () => {
  const prediction = predict(plan).prefixes.find(({ prefix }) => prefix === PREFIX)!;
  const rows = [...outcomes(plan, prediction)]
    .map(({ best }) =>
      ROUTERS.map((name) =>
        best[name] === undefined ? "nothing" : `${best[name].via} [${best[name].asPath.join(" ")}]`,
      ),
    )
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
  expect(page).toContain(table(ROUTERS, rows));
});

test("the spines are a class, of which the second takes over what the first has chosen", () => {
  const state = settle(network, group.origins)!;
  const shared = network.speakers.filter(({ id }) => state[id] instanceof Alike).map(({ name }) => name);
  expect(shared).toEqual(["spine2"]);
});
