import { shellProgram } from "../common/shell-program";
import { sectionsFor } from "./drift";
import type { Wanted } from "./wanted";

/** The shell program that prints, on a machine, all that has to be known to compare it with what is wanted; `parseFacts` reads what it prints. */
export const lookText = (wanted: Wanted): string => shellProgram("configuration/scripts/look.sh", sectionsFor(wanted));
