/** `npm run fuzz [RUNS] [SEED]`: random specs against everything that reads one. */
import { fuzz } from "./run";

const [runs = "10000", seed] = process.argv.slice(2);
const started = process.hrtime.bigint();
const { accepted, refused, rules } = fuzz(Number(runs), seed === undefined ? undefined : Number(seed));
console.log(
  `${runs} specs in ${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s: ${accepted} accepted, ${refused} refused by ${Object.keys(rules).length} rules; no crash, no broken invariant`,
);
console.log(
  Object.entries(rules)
    .map(([name, count]) => `  ${name.padEnd(22)}${String(count).padStart(7)}`)
    .join("\n"),
);
