import { dockerPlatform } from "./docker";
import type { Platform } from "./platform";

export type { NameRule, NodePlatform, Platform, ReservedRange } from "./platform";

/** What is true of the machines of each driver, by the driver's name. */
export const PLATFORMS = { docker: dockerPlatform } as const satisfies Readonly<Record<string, Platform>>;

export type DriverName = keyof typeof PLATFORMS;

/** Driver of a machine that names none. */
export const DEFAULT_DRIVER: DriverName = "docker";

/** Platform of the machines that name no driver. */
export const DEFAULT_PLATFORM: Platform = PLATFORMS[DEFAULT_DRIVER];

export const isDriverName = (name: string): name is DriverName => Object.hasOwn(PLATFORMS, name);
