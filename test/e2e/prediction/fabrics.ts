/** Random fabrics, the same for one seed. */
import { allocate, planOf, type LabPlan } from "../../../plan";
import type { Broken } from "../../../plan/prediction";
import { linkIndex } from "../../../plan/allocate/link-index";
import { readSpec } from "../../../lab-spec";

/** A repeatable random choice. */
export type Dice = (sides: number) => number;

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

type Settings = Record<string, unknown>;
const DEFAULT_ROUTE = "0.0.0.0/0";
const SCHEMES = [
  "distinct",
  "shared spine AS",
  "shared leaf AS",
  "iBGP with reflectors",
  "iBGP without reflectors",
  "iBGP and eBGP mixed",
] as const;
type Scheme = (typeof SCHEMES)[number];

export interface Fabric {
  readonly title: string;
  readonly plan: LabPlan;
  /** What is taken out once the whole lab has been compared; null: nothing. */
  readonly broken: Broken | null;
}

/** Chances of one fabric. */
interface Luck {
  readonly roll: Dice;
  /** One time in so many. */
  chance(one: number): boolean;
  /** A setting, one time in so many. */
  maybe(one: number, name: string, value: () => unknown): Settings;
}

/** Fabric number n of a seed: every AS scheme in turn, everything else by chance. Rules may refuse it: the prediction doesn't ask. */
export function randomFabric(seed: number, n: number): Fabric {
  const roll = dice(seed * 1000 + n);
  for (let i = 0; i < 8; i++) roll(2);
  const chance = (one: number): boolean => roll(one) === 0;
  const luck: Luck = { roll, chance, maybe: (one, name, value) => (chance(one) ? { [name]: value() } : {}) };
  const [spines, leaves] = [2 + roll(3), 2 + roll(5)];
  const scheme = SCHEMES[n % SCHEMES.length] ?? "distinct";
  const bgp = fabricSettings(scheme, luck);
  const drains = chance(2);
  const extra = extraNeighbors(scheme, spines, leaves, luck);
  const calico = chance(2) ? calicoSettings(scheme, luck) : null;
  const own = (role: Role, i: number): Settings => {
    const settings = switchSettings(scheme, role, drains, luck);
    return {
      name: `${role}${i}`,
      as: asOf(scheme, role, i),
      ...settings,
      // FRR has two paths of its own for a default route that it both announces and aggregates, and one for any other prefix.
      networks: [...networks(luck), ...(extra.networks.get(`${role}${i}`) ?? [])].filter(
        (prefix) => prefix !== DEFAULT_ROUTE || settings.aggregates === undefined,
      ),
      neighbors: [
        ...(extra.neighbors.get(`${role}${i}`) ?? []),
        ...(chance(8) ? [{ address: `172.16.0.${roll(12)}`, remoteAs: 64999 }] : []),
      ],
    };
  };
  const spec = {
    name: `random-${n}`,
    fabric: {
      spines: numbered(spines).map((i) => own("spine", i)),
      leaves: numbered(leaves).map((i) => own("leaf", i)),
      bgp,
    },
    nodes: numbered(leaves)
      .filter((i) => i === 1 || !chance(4))
      .flatMap((i) =>
        numbered(chance(3) ? 2 + roll(2) : 1).map((n) => ({
          name: `n${i}-${n}`,
          leaf: `leaf${i}`,
          role: i === 1 && n === 1 ? "control-plane" : "worker",
        })),
      ),
    ...(calico === null ? {} : { calico: { mode: "bgp", bgp: calico } }),
  };
  const read = readSpec(spec);
  if (read.spec === null)
    throw new Error(
      `fabric ${n} of seed ${seed} is no spec: ${read.problems.map((each) => `${each.path}: ${each.message}`).join("; ")}`,
    );
  const plan = planOf(allocate(read.spec));
  // Where switches at both ends override AS numbers, no loop is seen: a route that is withdrawn goes round for minutes, on ever longer AS paths.
  const broken = bgp.asOverride === undefined && chance(2) ? failure(plan, luck) : null;
  return {
    title: [
      `${spines} spines`,
      `${leaves} leaves`,
      scheme,
      ...texts(bgp),
      ...notable(plan),
      ...(calico === null ? [] : [`nodes (${texts(calico).join(", ") || "plain"})`]),
      ...(broken === null ? [] : [`then without ${[...broken.links, ...broken.machines].join(" and ")}`]),
    ].join(", "),
    plan,
    broken,
  };
}

/** One or two cables between switches, or a switch. Nodes stay: BIRD keeps routes of one that is gone for the hold time of 240 s. */
function failure({ links, switches }: LabPlan, { roll, chance }: Luck): Broken {
  const cables = links.filter(({ kind }) => kind !== "server").map(({ name }) => name);
  const one = (names: readonly string[]): string[] => names.slice(roll(names.length)).slice(0, 1);
  return chance(3)
    ? { links: [], machines: one(switches.map(({ name }) => name)) }
    : { links: [...new Set(numbered(1 + roll(2)).flatMap(() => one(cables)))], machines: [] };
}

type Role = "spine" | "leaf";
const numbered = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const isInternal = (scheme: Scheme): boolean => scheme.startsWith("iBGP");
const texts = (settings: Settings): string[] =>
  Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`);

function notable({ switches }: LabPlan): string[] {
  const [drained, multihop, aggregates] = [
    switches.filter((of) => of.drain),
    switches.filter((of) => of.neighbors.some((each) => each.multihop !== null)),
    switches.filter((of) => of.aggregates.length > 0),
  ];
  return Object.entries({ drained, multihop, aggregates }).flatMap(([name, list]) =>
    list.length > 0 ? [`${name} ${list.map((of) => of.name).join(" ")}`] : [],
  );
}

function asOf(scheme: Scheme, role: Role, i: number): number {
  if (isInternal(scheme) || (scheme === "iBGP and eBGP mixed" && (role === "spine" || i % 2 === 1))) return 65000;
  return role === "spine"
    ? 65000 + (scheme === "shared spine AS" ? 0 : i)
    : 65100 + (scheme === "shared leaf AS" ? 0 : i);
}

function fabricSettings(scheme: Scheme, { roll, maybe }: Luck): Settings {
  return {
    ...maybe(2, "allowasIn", () => 1 + roll(2)),
    ...maybe(3, "asOverride", () => true),
    ...maybe(isInternal(scheme) ? 2 : 6, "nextHopSelf", () => true),
    ...maybe(4, "multipathRelax", () => false),
    ...maybe(4, "maximumPaths", () => 1 + roll(3)),
  };
}

const reflects = (scheme: Scheme, role: Role, { chance }: Luck): boolean =>
  scheme === "iBGP with reflectors"
    ? role === "spine" || chance(6)
    : scheme === "iBGP and eBGP mixed" && role === "spine" && chance(2);

function switchSettings(scheme: Scheme, role: Role, drains: boolean, luck: Luck): Settings {
  const { roll, chance, maybe } = luck;
  return {
    ...maybe(3, "aggregates", () =>
      numbered(chance(3) ? 2 + roll(2) : 1).map(() => ({
        prefix: chance(8) ? DEFAULT_ROUTE : `10.${200 + roll(2)}.0.0/${[16, 20, 22][roll(3)] ?? 16}`,
        summaryOnly: chance(2),
      })),
    ),
    ...(drains ? maybe(4, "drain", () => true) : {}),
    bgp: {
      ...maybe(4, "allowasIn", () => roll(2)),
      ...(reflects(scheme, role, luck) ? { routeReflector: true, ...maybe(3, "clusterId", () => "10.255.0.1") } : {}),
    },
  };
}

function networks({ roll, chance }: Luck): string[] {
  const fallback = chance(10) ? [DEFAULT_ROUTE] : [];
  if (!chance(2)) return fallback;
  return [...fallback, ...Array.from({ length: 1 + roll(3) }, () => `10.${200 + roll(2)}.${roll(4)}.0/24`)];
}

/** How nodes peer with their leaves, and with each other. */
function calicoSettings(scheme: Scheme, { roll, maybe }: Luck): Settings {
  const among = (["none", "none", "mesh", "reflector"] as const)[roll(4)];
  return {
    ...maybe(2, "discovery", () => "range"),
    ...maybe(2, "maximumPrefix", () => 1 + roll(4)),
    ...maybe(2, "filter", () => false),
    ...maybe(3, "advertiseServices", () => false),
    ...maybe(2, "acrossRacks", () => (["allowas-in", "none"] as const)[roll(2)]),
    ...(among === "mesh"
      ? { mesh: true, ...maybe(3, "nodeAs", () => "rack") }
      : among === "reflector"
        ? { routeReflectors: ["n1-1"] }
        : maybe(3, "nodeAs", () => "rack")),
    ...(isInternal(scheme)
      ? maybe(3, "as", () => 65000)
      : scheme === "shared leaf AS"
        ? maybe(3, "as", () => 65100)
        : {}),
  };
}

/** `fabric.links.spineCapacity` where the spec says nothing. */
const SPINE_CAPACITY = 8;

/** Neighbors beyond those of the links, and what the switches between them announce so that they find each other. */
interface Extra {
  readonly neighbors: ReadonlyMap<string, readonly Settings[]>;
  readonly networks: ReadonlyMap<string, readonly string[]>;
}

/**
 * Sessions of two leaves over a spine, which announces the links they are named on; between loopbacks, which no packet comes from; and of a link,
 * as multihop at one end or both.
 */
function extraNeighbors(scheme: Scheme, spines: number, leaves: number, { roll, chance }: Luck): Extra {
  const neighbors = new Map<string, Settings[]>();
  const announced = new Map<string, string[]>();
  const name = (at: string, address: string, remoteAs: number, hops: number): void => {
    neighbors.set(at, [...(neighbors.get(at) ?? []), { address, remoteAs, multihop: hops }]);
  };
  const leafAs = (i: number): number => asOf(scheme, "leaf", i);
  const [spine, hops] = [1 + roll(spines), 2 + roll(3)];
  const first = 1 + roll(leaves);
  const second = 1 + ((first + roll(leaves - 1)) % leaves);
  const at = (leaf: number): [string, string] => {
    const even = 2 * linkIndex(leaf, spine, SPINE_CAPACITY);
    return [`172.16.0.${even}`, `172.16.0.${even + 1}`];
  };
  // In an iBGP fabric next hops on those links would hang on iBGP routes, which FRR may leave inactive for good when both come at once (FRR issue 17933).
  const over = (["links", "loopbacks", "none"] as const)[isInternal(scheme) ? 1 + roll(2) : roll(3)];
  if (over === "links") {
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const)
      name(`leaf${one}`, at(other)[1], leafAs(other), hops);
    announced.set(
      `spine${spine}`,
      [first, second].map((leaf) => `${at(leaf)[0]}/31`),
    );
  }
  if (over === "loopbacks")
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const)
      name(`leaf${one}`, `172.16.255.${100 + other}`, leafAs(other), hops);
  if (chance(3)) {
    const leaf = 1 + roll(leaves);
    name(`leaf${leaf}`, at(leaf)[0], asOf(scheme, "spine", spine), hops);
    if (chance(2)) name(`spine${spine}`, at(leaf)[1], leafAs(leaf), hops);
  }
  if (chance(8)) {
    const leaf = 1 + roll(leaves);
    const remoteAs = chance(2) ? asOf(scheme, "spine", spine) : 64998;
    neighbors.set(`leaf${leaf}`, [...(neighbors.get(`leaf${leaf}`) ?? []), { address: at(leaf)[0], remoteAs }]);
  }
  return { neighbors, networks: announced };
}
