import {
  CABLES,
  jointOf,
  type CableFacts,
  type CableKind,
  type CableSettings,
  type Endpoint,
  type Joint,
} from "./cables";
import type { DriverOf } from "./drivers";

export interface LinkedPort {
  /** Name of the machine's driver. */
  readonly driver: string;
  readonly driverId: string;
  /** Name of the machine. */
  readonly name: string;
  readonly interface: string;
}

export interface LinkSpec extends CableSettings {
  readonly a: LinkedPort;
  readonly b: LinkedPort;
}

/** Plugs and unplugs cables between machines, each of whatever driver. */
export interface Cabling {
  /**
   * Connects two interfaces, or corrects a cable that is there.
   *
   * @throws Error naming the machine that is not running, or the pair of machines that no cable can join.
   */
  plug(link: LinkSpec): Promise<void>;
  /** A cable at a machine that is gone or stopped is missing, for its end went with the machine. */
  readLink(link: LinkSpec): Promise<CableFacts>;
  /** Fine where the cable or a machine is gone; a cable of the same interfaces that leads elsewhere stays. */
  unplug(link: LinkSpec): Promise<void>;
}

const settingsOf = ({ mtu, up }: LinkSpec): CableSettings => ({ mtu, up });
const title = ({ a, b }: LinkSpec): string => `${a.name} ${a.interface} - ${b.name} ${b.interface}`;

/** @param kinds of cables; tests have kinds of their own. */
export function cabling(driverOf: DriverOf, kinds: readonly CableKind[] = CABLES): Cabling {
  const endpointOf = (end: LinkedPort): Promise<Endpoint | null> => driverOf(end.driver).endpoint(end, end.interface);
  const endpointsOf = (link: LinkSpec): Promise<[Endpoint | null, Endpoint | null]> =>
    Promise.all([endpointOf(link.a), endpointOf(link.b)]);

  function joint(link: LinkSpec, a: Endpoint, b: Endpoint): Joint {
    const found = jointOf(a, b, kinds);
    if (found !== null) return found;
    const shown = (end: LinkedPort, { kind }: Endpoint): string => `${kind} of ${end.name} (driver ${end.driver})`;
    throw new Error(`${title(link)}: no cable joins ${shown(link.a, a)} and ${shown(link.b, b)}`);
  }

  return {
    plug: async (link) => {
      const [a, b] = await endpointsOf(link);
      if (a === null || b === null) {
        const stopped = [...(a === null ? [link.a.name] : []), ...(b === null ? [link.b.name] : [])];
        throw new Error(
          `${title(link)}: ${stopped.join(" and ")} ${stopped.length > 1 ? "are" : "is"} not running: run \`pulumi refresh\`, then \`pulumi up\``,
        );
      }
      const { kind, ends } = joint(link, a, b);
      await kind.plug(...ends, settingsOf(link)).catch((error: Error) => {
        throw new Error(`${title(link)}: ${error.message}`);
      });
    },
    readLink: async (link) => {
      const [a, b] = await endpointsOf(link);
      if (a === null || b === null) return { state: "missing", ...settingsOf(link) };
      const { kind, ends } = joint(link, a, b);
      return kind.read(...ends, settingsOf(link));
    },
    unplug: async (link) => {
      const [a, b] = await endpointsOf(link);
      if (a === null || b === null) return;
      const { kind, ends } = joint(link, a, b);
      await kind.unplug(...ends);
    },
  };
}
