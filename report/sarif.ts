import { SCHEMA_RULES, type Problem } from "../lab-spec";
import { OUTCOME_RULES, RULES } from "../plan";
import type { Region } from "./yaml-places";

/** One problem where it stands. */
export interface PlacedProblem extends Problem {
  readonly region: Region;
}

/** What was found in one stack file. */
export interface FileFindings {
  /** Relative to the checkout, with forward slashes, or absolute as a file: URI. */
  readonly uri: string;
  readonly problems: readonly PlacedProblem[];
  /** What rules found that the spec switches off, with the reason it gives. */
  readonly suppressed: readonly (PlacedProblem & { readonly reason: string })[];
}

interface Message {
  readonly text: string;
  readonly markdown?: string;
}

interface SarifRule {
  readonly id: string;
  readonly shortDescription: Message;
  readonly fullDescription: Message;
  readonly help: Message;
  readonly defaultConfiguration: { readonly level: Problem["severity"] };
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: Problem["severity"];
  readonly message: Message;
  readonly locations: readonly { readonly physicalLocation: object; readonly logicalLocations: readonly object[] }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions: readonly {
    readonly kind: "external";
    readonly status: "accepted";
    readonly justification: string;
  }[];
}

/** A SARIF log of one run. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly semanticVersion: string;
          readonly rules: readonly SarifRule[];
        };
      };
      readonly columnKind: "utf16CodeUnits";
      readonly results: readonly SarifResult[];
    },
  ];
}

const rule = (
  id: string,
  level: Problem["severity"],
  title: string,
  why: string,
  source: string | null,
): SarifRule => ({
  id,
  shortDescription: { text: title },
  fullDescription: { text: `${title}. ${why}` },
  help: {
    text: source === null ? why : `${why}\nSource: ${source}`,
    markdown: source === null ? why : `${why}\n\nSource: ${source}`,
  },
  defaultConfiguration: { level },
});

const SARIF_RULES: readonly SarifRule[] = [
  ...[...RULES, ...OUTCOME_RULES].map(({ name, severity, title, why, source }) =>
    rule(name, severity, title, why, source),
  ),
  ...SCHEMA_RULES.map(({ name, title, why }) => rule(name, "error", title, why, null)),
].sort((a, b) => (a.id < b.id ? -1 : 1));

const INDEX = new Map(SARIF_RULES.map(({ id }, i) => [id, i]));

/**
 * Findings as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), the form code review tools take.
 *
 * @param version of this program
 */
export function sarifLog(files: readonly FileFindings[], version: string): SarifLog {
  const results = files.flatMap(({ uri, problems, suppressed }) => [
    ...problems.map((problem) => resultOf(uri, problem, null)),
    ...suppressed.map((problem) => resultOf(uri, problem, problem.reason)),
  ]);
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "fabriclab", semanticVersion: version, rules: SARIF_RULES } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
}

function resultOf(uri: string, problem: PlacedProblem, reason: string | null): SarifResult {
  const { path, message, values, remedy, severity, region } = problem;
  const shown = Object.entries(values).map(([at, value]) => `${at}: ${value}`);
  return {
    ruleId: problem.rule,
    ruleIndex: INDEX.get(problem.rule) ?? -1,
    level: severity,
    message: { text: [`${path === "" ? "" : `${path}: `}${message}.`, ...shown, remedy].join("\n") },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region },
        logicalLocations: [
          { fullyQualifiedName: path === "" ? "fabriclab:lab" : `fabriclab:lab.${path}`, kind: "member" },
        ],
      },
    ],
    // The same problem in the next run, though lines have moved.
    partialFingerprints: { "fabriclabProblem/v1": `${uri} ${problem.rule} ${path}` },
    suppressions: reason === null ? [] : [{ kind: "external", status: "accepted", justification: reason }],
  };
}
