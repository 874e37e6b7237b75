import { checkInputs, linkInputs as linkSchema, machineInputs as machineSchema } from "../../../provider/inputs";
import { secret, UNKNOWN, type Properties, type Value } from "../../../provider/protocol/values";
import { linkInputs, machineInputs } from "./fake-driver";

const machine = (more: Properties): string[] =>
  checkInputs("Machine", machineSchema, machineInputs(more)).map((f) => f.reason);
const link = (more: Properties): string[] => checkInputs("Link", linkSchema, linkInputs(more)).map((f) => f.reason);

describe("inputs of a machine", () => {
  test("the least and the most that it takes", () => {
    expect(machine({})).toEqual([]);
    expect(
      machine({
        ports: [{ name: "kubernetes-api", port: 6443 }],
        seed: { volume: "v", path: "/var/lib/containerd" },
        memoryMiB: 512,
        cpus: 0.5,
      }),
    ).toEqual([]);
    expect(machine({ driver: "docker" })).toEqual([]);
    expect(machine({ memoryMiB: null, cpus: null, seed: null })).toEqual([]);
  });

  test.each<[string, Properties, string]>([
    ["capital letters", { name: "Leaf1" }, 'name: "Leaf1": an RFC 1123 label: a-z, 0-9 and -, at most 63 characters'],
    ["a number as name", { name: 1 }, "name: 1: an RFC 1123 label: a-z, 0-9 and -, at most 63 characters"],
    ["a driver that there is not", { driver: "none" }, 'driver: there is no driver "none": choose "docker"'],
    [
      "a driver that every object has",
      { driver: "toString" },
      'driver: there is no driver "toString": choose "docker"',
    ],
    ["no image", { image: "" }, 'image: "": needs a text'],
    [
      "a hostname Linux refuses",
      { hostname: "h".repeat(65) },
      `hostname: "${"h".repeat(65)}": a host name of at most 64 characters`,
    ],
    ["no network", { network: undefined as unknown as Value }, "network: missing: needs name and subnet"],
    [
      "an address for a subnet",
      { network: { name: "n", subnet: "10.0.0.1" } },
      'network.subnet: "10.0.0.1": an IPv4 prefix such as 192.168.200.0/24',
    ],
    [
      "an octet too large",
      { network: { name: "n", subnet: "10.0.300.0/24" } },
      'network.subnet: "10.0.300.0/24": an IPv4 prefix such as 192.168.200.0/24',
    ],
    [
      "SSH's name",
      { ports: [{ name: "ssh", port: 2222 }] },
      'ports[0].name: "ssh": SSH is always published under this name: choose another',
    ],
    [
      "SSH's port",
      { ports: [{ name: "shell", port: 22 }] },
      "ports[0].port: 22: SSH's own port is always published: leave it out",
    ],
    [
      "a port out of range",
      { ports: [{ name: "a", port: 70000 }] },
      "ports[0].port: 70000: a whole number from 1 to 65535",
    ],
    [
      "a port name twice",
      {
        ports: [
          { name: "a", port: 1 },
          { name: "a", port: 2 },
        ],
      },
      'ports: [{"name":"a","port":1},{"name":"a","port":2}]: each name once',
    ],
    ["a relative path", { seed: { volume: "v", path: "var" } }, 'seed.path: "var": an absolute path'],
    ["little memory", { memoryMiB: 10 }, "memoryMiB: 10: MiB, at least 64"],
    ["no CPU", { cpus: 0 }, "cpus: 0: CPUs, at least 0.01"],
    ["a property that is not there", { color: "red" }, "color: a Machine has no such property"],
    [
      "one deeper",
      { network: { name: "n", subnet: "10.0.0.0/24", mtu: 1 } },
      "network.mtu: a Machine has no such property",
    ],
  ])("refused: %s", (_, more, reason) => {
    expect(machine(more)).toEqual([reason]);
  });

  test("all problems at once, each with its property path", () => {
    const failures = checkInputs(
      "Machine",
      machineSchema,
      machineInputs({ name: "A", cpus: -1, network: { name: "", subnet: "x" } }),
    );
    expect(failures.map((f) => f.property)).toEqual(["name", "network.name", "network.subnet", "cpus"]);
  });

  test("values that a preview does not know yet pass, secrets are looked into", () => {
    expect(
      machine({
        name: UNKNOWN,
        network: UNKNOWN,
        ports: [UNKNOWN],
        memoryMiB: UNKNOWN,
        seed: { volume: UNKNOWN, path: "/x" },
      }),
    ).toEqual([]);
    expect(machine({ hostname: secret("h"), image: secret("") })).toEqual(['image: "": needs a text']);
  });
});

const INTERFACE = "an interface name: 1 to 15 of the characters A-Z, a-z, 0-9, _, . and -";

describe("inputs of a link", () => {
  test("the least and the most that it takes", () => {
    expect(link({})).toEqual([]);
    expect(link({ mtu: 9216, up: false })).toEqual([]);
    expect(link({ a: { driver: "docker", machine: UNKNOWN, name: "spine1", interface: "swp1" } })).toEqual([]);
    expect(link({ a: { driver: UNKNOWN, machine: UNKNOWN, name: "spine1", interface: UNKNOWN } })).toEqual([]);
    expect(link({ a: { machine: "c1", name: "spine1", interface: "Eth1_0.100-x" } })).toEqual([]);
  });

  // A name reaches a shell with rights over the host, so these are commands where it is not refused.
  test.each([
    "a&id",
    "$(x)",
    "`id`",
    "a|id",
    "a>b",
    "a;b",
    "a'b",
    'a"b',
    "a\\b",
    "a b",
    "a\nb",
    "a/b",
    "a:b",
    "*",
    "",
    ".",
    "..",
  ])("refused as an interface: %j", (name) => {
    const reason = `a.interface: ${JSON.stringify(name)}: ${INTERFACE}`;
    expect(link({ a: { machine: "c1", name: "spine1", interface: name } })).toEqual([reason]);
  });

  test.each<[string, Properties, string]>([
    ["an end without machine", { a: { name: "spine1", interface: "swp1" } }, "a.machine: missing: needs a text"],
    ["an end without interface", { a: { machine: "c", name: "s" } }, "a.interface: missing: an interface name"],
    [
      "a name Linux refuses",
      { a: { machine: "c", name: "spine1", interface: "interface-number1" } },
      `a.interface: "interface-number1": ${INTERFACE}`,
    ],
    [
      "a driver that there is not",
      { b: { driver: "none", machine: "c", name: "leaf1", interface: "swp1" } },
      'b.driver: there is no driver "none": choose "docker"',
    ],
    [
      "a cable to itself",
      { b: { machine: "c1", name: "spine1", interface: "swp2" } },
      'b.name: both ends are machine "spine1": a cable needs two',
    ],
    ["an MTU below IPv4's least", { mtu: 60 }, "mtu: 60: a whole number from 68 to 65535 bytes"],
    ["up as text", { up: "yes" }, 'up: "yes": true or false'],
    ["a property that is not there", { colour: "red" }, "colour: a Link has no such property"],
  ])("refused: %s", (_, more, reason) => {
    expect(link(more)).toEqual([reason]);
  });
});
