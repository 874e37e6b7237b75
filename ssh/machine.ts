import { Connection } from "./client";

/** How a lab's machine is reached by SSH: what an entry of the stack output `machines` says. */
export interface MachineLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly hostKey: string;
}

/** The logins of a lab's machines by name: the stack output `machines`. */
export type MachineLogins = Readonly<Record<string, MachineLogin>>;

/** How long to try: attempts, and seconds of each. */
export interface Patience {
  readonly dialErrorLimit: number;
  readonly perDialTimeout: number;
}

/** A machine that runs answers at once, so two attempts of some seconds tell enough of one that doesn't. */
const DIAL: Patience = { dialErrorLimit: 2, perDialTimeout: 10 };

/** Connects to a machine and checks its host key. @throws Error when it does not answer */
export function connectTo(
  { host, port, user, privateKey, hostKey }: MachineLogin,
  patience: Patience = DIAL,
): Promise<Connection> {
  return Connection.open({ host, port, user, privateKey, hostKey, ...patience });
}

/** Connects to the machine of that name. @throws Error that names it when the stack has none such */
export async function connectToNamed(machines: MachineLogins, name: string, patience?: Patience): Promise<Connection> {
  const login = machines[name];
  if (login === undefined) throw new Error(`${name}: the stack has no such machine`);
  return connectTo(login, patience);
}
