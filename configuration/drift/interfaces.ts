import { jsonOf, type Facts } from "../facts";
import type { WantedInterface, WantedSystem } from "../wanted";
import { drift, type Drift } from "./drift";

/** What `ip -j addr` says of an interface. */
interface SeenInterface {
  readonly ifname: string;
  /** What ifupdown2 writes from the stanza's `alias`; an interface that was plugged in a moment ago has none. */
  readonly ifalias?: string;
  /** Bridge that it is a port of. */
  readonly master?: string;
  readonly flags?: readonly string[];
  readonly addr_info?: readonly { readonly family?: string; readonly local?: string; readonly prefixlen?: number }[];
}

/** The loopback's own address, which the kernel gives it. */
const OWN = "127.0.0.1/8";

/** Puts every stanza of /etc/network/interfaces in force that is not. */
const RELOAD = ["ifreload", "-a"];

const addressesOf = ({ addr_info = [] }: SeenInterface): string[] =>
  addr_info
    .filter(({ family, local }) => family === "inet" && local !== undefined)
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    .filter((address) => address !== OWN);

/** The form in which `ip` shows an address: a host address of the plan may go without its length. */
const written = (address: string): string => (address.includes("/") ? address : `${address}/32`);

/** Interfaces of the machine by name; null where it gave no answer. */
function seenInterfaces(facts: Facts): ReadonlyMap<string, SeenInterface> | null {
  const seen = jsonOf(facts, "addresses") as SeenInterface[] | null;
  return seen === null ? null : new Map(seen.map((each) => [each.ifname, each]));
}

const missingAddresses = (there: SeenInterface, { addresses }: WantedInterface): string[] => {
  const own = addressesOf(there);
  return addresses.map(written).filter((address) => !own.includes(address));
};

/** Whether an interface that is there lacks an address. */
export function lacksAddress(facts: Facts, wanted: WantedSystem): boolean {
  const byName = seenInterfaces(facts);
  return Object.entries(wanted.interfaces).some(([name, meant]) => {
    const there = byName?.get(name);
    return there !== undefined && missingAddresses(there, meant).length > 0;
  });
}

/**
 * Addresses and bridges of the interfaces that the configuration owns. An interface that is not there is a cable's affair; a bridge that is not there comes
 * back with the files.
 */
export function interfaceDrift(facts: Facts, wanted: WantedSystem): Drift[] {
  const byName = seenInterfaces(facts);
  if (byName === null) return [];
  const bridges = new Set(Object.values(wanted.interfaces).map(({ bridge }) => bridge));
  return Object.entries(wanted.interfaces).flatMap(([name, wants]) => {
    const { addresses, bridge } = wants;
    const there = byName.get(name);
    if (there === undefined)
      return bridges.has(name) ? [{ says: `- bridge ${name}`, repair: { kind: "files" as const } }] : [];
    const meant = addresses.map(written);
    // Only a cable's end can be fresh. Its whole stanza is put in force: with the address alone, the machine's own monitor of cables takes it for done.
    const fresh = there.ifalias === undefined && name !== "lo" && !bridges.has(name);
    return [
      ...addressesOf(there)
        .filter((address) => !meant.includes(address))
        .map((address) => drift(`+ ${name}: address ${address}`, "ip", "addr", "del", address, "dev", name)),
      ...missingAddresses(there, wants).map((address) =>
        drift(`- ${name}: address ${address}`, ...(fresh ? RELOAD : ["ip", "addr", "add", address, "dev", name])),
      ),
      ...ofBridge(name, there.master ?? null, bridge, fresh),
      ...(bridges.has(name) && there.flags?.includes("UP") === false
        ? [drift(`~ ${name}: down => up`, "ip", "link", "set", "dev", name, "up")]
        : []),
    ];
  });
}

function ofBridge(name: string, seen: string | null, bridge: string | null, fresh: boolean): Drift[] {
  if (seen === bridge) return [];
  if (bridge === null) return [drift(`+ ${name}: port of ${seen}`, "ip", "link", "set", "dev", name, "nomaster")];
  const words = fresh ? RELOAD : ["ip", "link", "set", "dev", name, "master", bridge];
  return [drift(`- ${name}: port of ${bridge}`, ...words)];
}
