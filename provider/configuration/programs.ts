import { shellProgram } from "../../common/shell-program";
import type { RoutingMode, Wanted, WantedMember } from "../../configuration/wanted";

const fileOf = (name: string): string => `provider/configuration/scripts/${name}.sh`;
const SHARED = { wait: "common/scripts/wait.sh", files: fileOf("files") };

/** A shell program for a machine, and what it gets on standard input. */
export interface Program {
  readonly text: string;
  readonly stdin?: string;
}

/** How routing is put in force: as the inputs say, or what runs becomes the file whatever is on the disk. */
type Mode = RoutingMode | "repair";

/**
 * Files as one text: for each file a line with the number of its lines and its path, then the lines. Because the lines are counted, nothing that stands in a
 * file can begin another file.
 */
export function filesText(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => {
      const text = content.replace(/\n*$/, "\n");
      return `${text.split("\n").length - 1} ${path}\n${text}`;
    })
    .join("");
}

/**
 * Puts the files in force.
 *
 * @param services units that a server is to run; a switch's own run from its start
 */
export function filesProgram(files: Wanted["files"], routing: Mode | null, services: readonly string[] = []): Program {
  return {
    text:
      routing === null
        ? shellProgram(fileOf("configure-server"), services, [SHARED.files])
        : shellProgram(fileOf("configure-switch"), [routing], [SHARED.wait, SHARED.files]),
    stdin: filesText(files),
  };
}

/** Marks the machine's own Node object. */
export function memberProgram({ node, annotations, labels }: WantedMember): Program {
  const marks = (of: Readonly<Record<string, string | null>>): string =>
    Object.entries(of)
      .map(([key, value]) => (value === null ? `${key}-` : `${key}=${value}`))
      .join(" ");
  return {
    text: shellProgram(fileOf("configure-speaker"), [node], [SHARED.wait]),
    stdin: `${marks(annotations)}\n${marks(labels)}\n`,
  };
}

/** All that makes a machine what it is meant to be, in the order in which it runs. */
export function allPrograms({ files, routing, system, member }: Wanted): Program[] {
  return [
    ...(Object.keys(files).length === 0 ? [] : [filesProgram(files, routing, system?.services)]),
    ...(member === null ? [] : [memberProgram(member)]),
  ];
}

/** Removes the routes that BIRD left behind. */
export const forgetRoutes = (): Program => ({ text: shellProgram(fileOf("forget-routes")) });
