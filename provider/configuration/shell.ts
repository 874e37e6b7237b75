import { withConnection } from "../../ssh/pool";

/** How a machine is reached by SSH. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly hostKey: string;
}

export interface ShellResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a shell program on a machine.
 *
 * @param attempts to connect; a machine that was started a moment ago refuses the first ones
 * @throws Error where the machine gives no answer, or on abort
 */
export type Shell = (
  login: Login,
  program: string,
  options: { readonly stdin?: string; readonly signal: AbortSignal; readonly attempts: number },
) => Promise<ShellResult>;

/** Seconds that one attempt to connect may take. */
const DIAL_SECONDS = 5;

/** Programs that follow one another within seconds share a connection. */
export const sshShell: Shell = ({ host, port, user, privateKey, hostKey }, program, { stdin, signal, attempts }) =>
  withConnection(
    { host, port, user, privateKey, hostKey, dialErrorLimit: attempts, perDialTimeout: DIAL_SECONDS },
    signal,
    (connection) => connection.exec(program, { signal, ...(stdin === undefined ? {} : { stdin }) }),
  );
