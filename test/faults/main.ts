/**
 * `npm run faults -- --stack NAME [--seed N] [--skip N] [--count N] [--only TEXT] [--markdown FILE]`: breaks a lab that runs by hand, one fault after another, and lets
 * `refresh` and one `up` bring it back. It prints a table with what each fault showed, and fails where one was not shown, or not brought back.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { faultsMarkdown, faultsTable, MARKDOWN_HEAD, suffer, shuffled, type Outcome } from "./suffer";
import { FAULTS } from "./table";

async function main(): Promise<void> {
  const { stack, seed, skip, count, only, markdown } = await yargs(hideBin(process.argv))
    .option("stack", { type: "string", default: "dev", describe: "a lab that runs" })
    .option("seed", { type: "number", default: 1, describe: "order of the faults" })
    .option("skip", {
      type: "number",
      default: 0,
      describe: "how many of the first are left out: those of an earlier run",
    })
    .option("count", { type: "number", default: FAULTS.length, describe: "how many of them" })
    .option("only", { type: "string", default: "", describe: "faults whose title has this text" })
    .option("markdown", { type: "string", describe: "a file that the rows of a table are written to" })
    .strict()
    .parse();
  const chosen = shuffled(
    FAULTS.filter(({ title }) => title.includes(only)),
    seed,
  ).slice(skip, skip + count);
  if (markdown !== undefined) writeFileSync(markdown, `${MARKDOWN_HEAD}\n`);
  const outcomes: Outcome[] = [];
  for (const fault of chosen) {
    const outcome = await suffer(stack, fault);
    if (outcome === null) continue;
    outcomes.push(outcome);
    process.stdout.write(faultsTable([outcome]));
    if (markdown !== undefined) appendFileSync(markdown, `${faultsMarkdown(outcome)}\n`);
    if (outcome.problem !== null) process.stdout.write(`${outcome.problem}\n`);
  }
  const bad = outcomes.filter(({ problem }) => problem !== null);
  process.stdout.write(`seed ${seed}: ${outcomes.length} faults, ${bad.length} not shown or not brought back\n`);
  for (const { title } of bad) process.stdout.write(`  ${title}\n`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}

void main();
