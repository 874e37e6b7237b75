import { textOf, type Facts } from "../facts";
import { hidePasswords } from "../passwords";
import { FRR_CONF, type Wanted } from "../wanted";
import type { Drift } from "./drift";

/** What FRR prints around a configuration, and statements that end a block: none of them sets anything. */
const EMPTY =
  /^\s*(!.*|Building configuration\.\.\.|Current configuration:|frr version .*|exit|exit-vrf|exit-address-family|end|)\s*$/;

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

/** Of two lists those that the other has not. A block that the other has not at all is one line, with the number of statements in it. */
function apart(wanted: readonly string[], seen: readonly string[]): { missing: string[]; extra: string[] } {
  const [of, there] = [new Set(wanted), new Set(seen)];
  return {
    missing: blocks([...of].filter((each) => !there.has(each))),
    extra: blocks([...there].filter((each) => !of.has(each))),
  };
}

function blocks(statements: readonly string[]): string[] {
  const all = new Set(statements);
  const outer = (statement: string): string => statement.slice(0, Math.max(0, statement.lastIndexOf(" / ")));
  const within = (statement: string, block: string): boolean => statement.startsWith(`${block} / `);
  return statements
    .filter((each) => !all.has(outer(each)))
    .map((each) => {
      const inside = statements.filter((other) => within(other, each)).length;
      return inside === 0 ? each : `${each}, and ${inside} statements in it`;
    });
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
      says: `${sign} FRR: ${hidePasswords(statement)}`,
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
        says: `${sign} ${path}: ${hidePasswords(line).trim()}`,
        repair: { kind: "files" },
      });
    if (seen === null) return [{ says: `- file ${path}`, repair: { kind: "files" } }];
    return [...extra.map(says("+")), ...missing.map(says("-"))];
  });
}
