/**
 * One size (spines, leaves, nodes, mode), in a process of its own: spec to plan, plan to the texts of all machines, plan to the prediction (sessions, received counts, table sizes),
 * and then the RIB and the FIB of every machine. Prints seconds of each part and the peak of resident memory, before the tables and after them, as JSON.
 */
import { makePlan, parseSpec } from "../plan";
import { nodesOf } from "../plan/lookup";
import { predictLab } from "../plan/prediction";
import { nodeFiles, switchFiles } from "../plan/render";
import { formatProblems } from "../lab-spec";
import { scaleLab } from "./scale-lab";

const [spines = 2, leaves = 2, nodes = 2] = process.argv.slice(2, 5).map(Number);
const mode = process.argv[5] === "bgp" ? "bgp" : "vxlan";

/** Prefixes times ends of sessions beyond which the tables are left out: a spine of 500 leaves has 3.5 million possible paths, and nobody reads them all. */
const MOST_ROUTES = 5_000_000;

/** Seconds; `seconds` is from spec to prediction, the tables of all machines are apart, null where they are left out. */
export interface Measured {
  readonly plan: number;
  readonly texts: number;
  readonly prediction: number;
  readonly tables: number | null;
  readonly seconds: number;
  readonly mib: number;
  readonly mibWithTables: number | null;
  readonly counts: Readonly<Record<string, number>>;
}

function measure(): Measured {
  const lab = scaleLab({ spines, leaves, nodes }, mode);
  const begun = performance.now();
  const parsed = parseSpec(lab);
  if ("problems" in parsed) throw new Error(formatProblems(parsed.problems));
  const plan = makePlan(parsed.spec);
  const planned = performance.now();
  let bytes = 0;
  for (const { name } of plan.switches) for (const text of Object.values(switchFiles(plan, name))) bytes += text.length;
  for (const { name } of nodesOf(plan)) for (const text of Object.values(nodeFiles(plan, name))) bytes += text.length;
  const rendered = performance.now();
  const prediction = predictLab(plan);
  const predicted = performance.now();
  const peak = process.resourceUsage().maxRSS;
  let paths = 0;
  let routes = 0;
  const speakers = new Set(prediction.speakers);
  const whole = prediction.received.length * (prediction.tables[0]?.prefixes.length ?? 0) <= MOST_ROUTES;
  if (whole)
    for (const { name } of [...plan.switches, ...nodesOf(plan)]) {
      if (speakers.has(name)) for (const entry of prediction.rib(name)) paths += entry.paths.length;
      routes += prediction.fib(name).length;
    }
  const written = performance.now();
  return {
    plan: (planned - begun) / 1000,
    texts: (rendered - planned) / 1000,
    prediction: (predicted - rendered) / 1000,
    tables: whole ? (written - predicted) / 1000 : null,
    seconds: (predicted - begun) / 1000,
    mib: peak / 1024,
    mibWithTables: whole ? process.resourceUsage().maxRSS / 1024 : null,
    counts: {
      switches: plan.switches.length,
      links: plan.links.length,
      sessions: prediction.sessions.length,
      textBytes: bytes,
      ribPaths: paths,
      fibRoutes: routes,
    },
  };
}

console.log(JSON.stringify(measure()));
