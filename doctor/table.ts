import Table from "cli-table3";
import type { Status } from "../common/finding";
import type { Diagnosis } from "./types";

const COLOURS: Readonly<Record<Status, number>> = { ok: 32, warn: 33, missing: 33, fail: 31, unknown: 90 };

export function findingsTable(diagnosis: Diagnosis, colour: boolean): string {
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const table = new Table({
    head: ["", "what", "seen"],
    style: { head: colour ? ["bold"] : [], border: colour ? ["grey"] : [] },
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
  for (const each of diagnosis.findings) table.push([paint(COLOURS[each.status], each.status), each.what, each.seen]);
  const troubles = diagnosis.findings
    .filter((each) => each.status !== "ok")
    .map(
      (each) =>
        `${paint(COLOURS[each.status], each.status)}  ${each.what}: ${each.seen}\n${each.affects === "" ? "" : `    affects: ${each.affects}\n`}    remedy: ${each.remedy}\n`,
    );
  return `${table.toString()}\n${troubles.length === 0 ? "" : `\n${troubles.join("")}`}\n${diagnosis.ok ? "The default lab can run on this machine." : "The default lab can't run on this machine yet: see above what fails."}\n`;
}
