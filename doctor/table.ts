import type { Status } from "../common/finding";
import { tableText } from "../common/table";
import type { Diagnosis } from "./types";

const COLOURS: Readonly<Record<Status, number>> = { ok: 32, warn: 33, missing: 33, fail: 31, unknown: 90 };

export function findingsTable(diagnosis: Diagnosis, colour: boolean): string {
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const table = tableText(
    diagnosis.findings.map((each) => [paint(COLOURS[each.status], each.status), each.what, each.seen]),
    { head: ["", "what", "seen"], colour },
  );
  const troubles = diagnosis.findings
    .filter((each) => each.status !== "ok")
    .map(
      (each) =>
        `${paint(COLOURS[each.status], each.status)}  ${each.what}: ${each.seen}\n${each.affects === "" ? "" : `    affects: ${each.affects}\n`}    remedy: ${each.remedy}\n`,
    );
  return `${table}\n${troubles.length === 0 ? "" : `\n${troubles.join("")}`}\n${diagnosis.ok ? "The default lab can run on this machine." : "The default lab can't run on this machine yet: see above what fails."}\n`;
}
