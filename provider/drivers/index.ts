import { DEFAULT_DRIVER, isDriverName, PLATFORMS, type DriverName } from "../../platforms";
import type { Driver } from "./driver";

/* eslint-disable @typescript-eslint/no-require-imports -- a driver and its libraries are loaded with the first machine that it is asked about */
/** How each driver is loaded. A driver that is not among these can't be named by a machine. */
const LOADED: Readonly<Record<DriverName, () => Driver>> = {
  docker: () => (require("./docker") as typeof import("./docker")).dockerDriver,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Names of the drivers there are. */
export const driverNames = Object.keys(PLATFORMS) as readonly DriverName[];

/** How a driver is found by its name; tests have drivers of their own. */
export type DriverOf = (name: string) => Driver;

/** @throws Error for a driver that there is not, with those that there are. */
export const driverOf: DriverOf = (name) => {
  if (!isDriverName(name)) throw new Error(noDriver(name));
  return LOADED[name]();
};

export const noDriver = (name: string): string =>
  `there is no driver "${name}": choose ${driverNames.map((each) => `"${each}"`).join(" or ")}`;

/** The driver that the inputs of a machine, or of an end of a cable, name. Those of labs made before machines had drivers name none. */
export const driverNameOf = (inputs: { readonly driver?: unknown }): string =>
  typeof inputs.driver === "string" ? inputs.driver : DEFAULT_DRIVER;
