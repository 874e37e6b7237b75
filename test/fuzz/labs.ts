import * as fc from "fast-check";

type Tree = Record<string, unknown>;

/** Labs that are mostly sound: built to be, with a few settings moved. */
export const LABS: fc.Arbitrary<unknown> = fc
  .record({
    spines: fc.integer({ min: 1, max: 4 }),
    leaves: fc.integer({ min: 1, max: 5 }),
    perLeaf: fc.integer({ min: 1, max: 3 }),
    mode: fc.constantFrom("vxlan", "bgp"),
    scheme: fc.constantFrom("own", "one-spine-as", "one-leaf-as", "one-as"),
    escape: fc.constantFrom("allowas-in", "as-override", "none"),
    calico: fc.constantFrom("override", "allowas", "none", "rack", "mesh", "reflectors"),
    discovery: fc.constantFrom("explicit", "range"),
    hosts: fc.integer({ min: 0, max: 3 }),
    balancer: fc.boolean(),
    vips: fc.array(fc.constantFrom("10.200.0.1", "10.200.0.2", "10.0.101.209", "10.64.0.9"), { maxLength: 2 }),
    networks: fc.array(fc.constantFrom("10.210.0.0/24", "10.211.0.0/24", "0.0.0.0/0", "10.0.0.0/8", "10.64.1.0/24"), {
      maxLength: 2,
    }),
    moves: fc.array(move(), { maxLength: 2 }),
  })
  .map((of) => {
    const lab = build(of);
    for (const { path, value } of of.moves) set(lab, path, value);
    return lab;
  });

interface Shape {
  spines: number;
  leaves: number;
  perLeaf: number;
  mode: string;
  scheme: string;
  escape: string;
  calico: string;
  discovery: string;
  hosts: number;
  balancer: boolean;
  vips: string[];
  networks: string[];
}

function build(of: Shape): Tree {
  const nodes = Array.from({ length: of.leaves }, (_, leaf) =>
    Array.from({ length: of.perLeaf }, (_, i) => ({
      name: `n${leaf + 1}-${i + 1}`,
      leaf: `leaf${leaf + 1}`,
      ...(leaf + i === 0 ? { role: "control-plane" } : {}),
    })),
  ).flat();
  const as = (role: "spine" | "leaf"): Tree =>
    of.scheme === "one-as" || (of.scheme === "one-spine-as" && role === "spine")
      ? { as: 65000 }
      : of.scheme === "one-leaf-as" && role === "leaf"
        ? { as: 65100 }
        : {};
  const bgp: Tree = {
    ...(of.escape === "allowas-in" ? { allowasIn: 1 } : of.escape === "as-override" ? { asOverride: true } : {}),
    ...(of.scheme === "one-as" ? { routeReflector: true, nextHopSelf: true } : {}),
  };
  const calico: Record<string, Tree> = {
    override: {},
    allowas: { acrossRacks: "allowas-in" },
    none: { acrossRacks: "none" },
    rack: { nodeAs: "rack" },
    mesh: { mesh: true },
    reflectors: { routeReflectors: Array.from({ length: of.leaves }, (_, leaf) => `n${leaf + 1}-1`) },
  };
  return {
    name: "fuzz",
    fabric: {
      spines: Array.from({ length: of.spines }, (_, i) => ({ name: `spine${i + 1}`, ...as("spine") })),
      leaves: Array.from({ length: of.leaves }, (_, i) => ({
        name: `leaf${i + 1}`,
        ...as("leaf"),
        ...(i === 0 ? { networks: of.networks } : {}),
      })),
      bgp,
    },
    nodes,
    hosts: Array.from({ length: of.hosts }, (_, i) => ({ name: `h${i + 1}`, leaf: `leaf${(i % of.leaves) + 1}` })),
    calico: { mode: of.mode, bgp: { ...calico[of.calico], discovery: of.discovery } },
    ...(of.balancer ? { netscaler: { name: "lb", leaf: "leaf1", vips: of.vips } } : {}),
  };
}

/** One setting moved to a value that may or may not fit. */
function move(): fc.Arbitrary<{ path: string; value: unknown }> {
  const at = (paths: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<{ path: string; value: unknown }> =>
    fc.record({ path: fc.constantFrom(...paths), value });
  const octet = fc.integer({ min: 0, max: 255 });
  const address = fc.oneof(
    fc
      .tuple(fc.constantFrom("10.0.101", "10.0.102", "172.16.0", "172.16.255", "10.64.0", "192.168.201"), octet)
      .map(([net, host]) => `${net}.${host}`),
    fc.ipV4(),
  );
  const prefix = fc
    .tuple(octet, octet, octet, fc.integer({ min: 8, max: 32 }))
    .map(([a, b, c, length]) => strict(a, b, c, length));
  return fc.oneof(
    at(
      [
        "nodes.0.address",
        "nodes.1.address",
        "hosts.0.address",
        "netscaler.address",
        "fabric.leaves.0.loopback",
        "fabric.spines.0.loopback",
        "calico.bgp.clusterId",
      ],
      address,
    ),
    at(
      [
        "fabric.leaves.0.serverSubnet",
        "fabric.leaves.1.serverSubnet",
        "fabric.links.pool",
        "fabric.loopbacks",
        "fabric.serverSubnets",
        "management.subnet",
        "kubernetes.podCidr",
        "kubernetes.serviceCidr",
        "calico.pool",
      ],
      prefix,
    ),
    at(
      [
        "fabric.leaves.0.as",
        "fabric.spines.0.as",
        "fabric.leaves.1.as",
        "calico.bgp.as",
        "calico.bgp.rackAsBase",
        "netscaler.as",
        "fabric.asBase.leaves",
        "fabric.asBase.spines",
      ],
      fc.constantFrom(0, 500, 64512, 64600, 65000, 65001, 65002, 65100, 65101, 65102, 65534, 4200000001, 4294967295),
    ),
    at(
      [
        "fabric.leaves.0.index",
        "fabric.leaves.1.index",
        "fabric.spines.0.index",
        "nodes.0.index",
        "nodes.1.index",
        "hosts.0.index",
        "hosts.0.port",
        "nodes.1.port",
        "netscaler.port",
        "fabric.links.firstUplinkPort",
        "fabric.links.spineCapacity",
      ],
      fc.integer({ min: 1, max: 130 }),
    ),
    at(
      [
        "fabric.mtu",
        "calico.vxlan.port",
        "calico.blockSize",
        "fabric.bgp.hold",
        "fabric.bgp.keepalive",
        "fabric.bgp.maximumPaths",
        "calico.bgp.maximumPrefix",
        "kubernetes.growth.nodes",
      ],
      fc.constantFrom(1, 3, 9, 24, 26, 32, 1280, 1330, 1500, 9216, 9217, 30000),
    ),
    at(["rpFilter", "fabric.leaves.0.rpFilter", "fabric.spines.0.rpFilter"], fc.constantFrom("off", "strict", "loose")),
    at(
      ["fabric.leaves.0.neighbors", "fabric.spines.0.neighbors"],
      fc.array(
        fc.record(
          { address, remoteAs: fc.constantFrom(65001, 65101, 65102, 64512), multihop: fc.constantFrom(2, 255) },
          { requiredKeys: ["address", "remoteAs"] },
        ),
        { maxLength: 2 },
      ),
    ),
    at(
      ["netscaler.neighbors"],
      fc.array(fc.record({ address, remoteAs: fc.constantFrom(64512, 64601) }, { requiredKeys: ["address"] }), {
        maxLength: 3,
      }),
    ),
    at(
      ["fabric.leaves.0.name", "nodes.0.name", "nodes.1.leaf", "hosts.0.name", "hosts.0.leaf", "netscaler.name"],
      fc.constantFrom("leaf1", "leaf2", "n1-1", "h7", "X", "border"),
    ),
  );
}

function strict(a: number, b: number, c: number, length: number): string {
  const value = ((a * 256 + b) * 256 + c) * 256;
  const first = Math.floor(value / 2 ** (32 - length)) * 2 ** (32 - length);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${length}`;
}

/** Sets a value where the way to it exists. */
function set(tree: Tree, path: string, value: unknown): void {
  const keys = path.split(".");
  let at: unknown = tree;
  for (const key of keys.slice(0, -1)) {
    if (typeof at !== "object" || at === null) return;
    const holder = at as Tree;
    if (holder[key] === undefined) {
      if (Array.isArray(at) || key === "netscaler") return;
      holder[key] = {};
    }
    at = holder[key];
  }
  if (typeof at === "object" && at !== null) (at as Tree)[keys.at(-1) ?? ""] = value;
}
