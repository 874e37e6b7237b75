import { textOf, type Facts } from "../facts";
import { FRR_CONF, type Wanted } from "../wanted";
import type { Drift } from "./drift";

/** What FRR prints around a configuration, and statements that end a block: none of them sets anything. */
const EMPTY =
  /^\s*(!.*|Building configuration\.\.\.|Current configuration:|frr version .*|exit|exit-vrf|exit-address-family|end|)\s*$/;

/** What is left of a password. */
const hidden = (statement: string): string => statement.replace(/( password )\S+/, "$1[secret]");

/**
 * The statements of a configuration of FRR, each with the blocks that it stands in: "router bgp 65101 / address-family ipv4 unicast / network 10.0.101.0/24". The
 * order of statements sets nothing, but for a prefix list's or route map's, whose entries have numbers.
 */
export function statementsOf(configuration: string): string[] {
  const blocks: { readonly depth: number; readonly statement: string }[] = [];
  const found: string[] = [];
  for (const line of configuration.split("\n")) {
    if (EMPTY.test(line)) continue;
    const depth = line.length - line.trimStart().length;
    const statement = line.trim();
    while (blocks.length > 0 && blocks.at(-1)!.depth >= depth) blocks.pop();
    found.push([...blocks.map((block) => block.statement), statement].join(" / "));
    blocks.push({ depth, statement });
  }
  return found;
}

/** Of two lists those that the other has not. */
function apart(wanted: readonly string[], seen: readonly string[]): { missing: string[]; extra: string[] } {
  const [of, there] = [new Set(wanted), new Set(seen)];
  return { missing: [...of].filter((each) => !there.has(each)), extra: [...there].filter((each) => !of.has(each)) };
}

/** What FRR runs beside what its file is meant to be, statement by statement. */
export function statementDrift(facts: Facts, wanted: Wanted): Drift[] {
  const file = wanted.files[FRR_CONF];
  const running = textOf(facts, "running");
  if (file === undefined || wanted.routing !== "replace" || running === null) return [];
  const { missing, extra } = apart(statementsOf(file), statementsOf(running));
  const says =
    (sign: string) =>
    (statement: string): Drift => ({
      says: `${sign} FRR: ${hidden(statement)}`,
      repair: { kind: "files" },
    });
  return [...extra.map(says("+")), ...missing.map(says("-"))];
}

/**
 * Files that are not as they were written. Of those that have the same lines of FRR nothing is said: `vtysh -c 'write memory'` writes the file anew in FRR's own
 * words.
 */
export function fileDrift(facts: Facts, wanted: Wanted): Drift[] {
  return Object.entries(wanted.files).flatMap(([path, text]) => {
    // The file on the disk comes with the configuration that replaces.
    if (path === FRR_CONF && wanted.routing === "extend") return [];
    const seen = textOf(facts, `file:${path}`);
    const lines =
      path === FRR_CONF ? statementsOf : (of: string): string[] => of.split("\n").filter((line) => line !== "");
    const { missing, extra } = apart(lines(text), seen === null ? [] : lines(seen));
    const says =
      (sign: string) =>
      (line: string): Drift => ({
        says: `${sign} ${path}: ${hidden(line).trim()}`,
        repair: { kind: "files" },
      });
    if (seen === null) return [{ says: `- file ${path}`, repair: { kind: "files" } }];
    return [...extra.map(says("+")), ...missing.map(says("-"))];
  });
}
