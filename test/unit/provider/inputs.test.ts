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
    expect(machine({ memoryMiB: null, cpus: null, seed: null })).toEqual([]);
  });

  test.each<[string, Properties, string]>([
    ["capital letters", { name: "Leaf1" }, 'name: "Leaf1": an RFC 1123 label: a-z, 0-9 and -, at most 63 characters'],
    ["a number as name", { name: 1 }, "name: 1: an RFC 1123 label: a-z, 0-9 and -, at most 63 characters"],
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

describe("inputs of a link", () => {
  test("the least and the most that it takes", () => {
    expect(link({})).toEqual([]);
    expect(
      link({ mtu: 9216, up: false, impairment: { delayMs: 10, jitterMs: 2, lossPercent: 0.5, rateMbit: 100 } }),
    ).toEqual([]);
    expect(link({ a: { machine: UNKNOWN, name: "spine1", interface: "swp1" } })).toEqual([]);
  });

  test.each<[string, Properties, string]>([
    ["an end without machine", { a: { name: "spine1", interface: "swp1" } }, "a.machine: missing: needs a text"],
    [
      "a name Linux refuses",
      { a: { machine: "c", name: "spine1", interface: "interface-number1" } },
      'a.interface: "interface-number1": an interface name: at most 15 characters, no blanks or slashes',
    ],
    [
      "a name with a blank",
      { b: { machine: "c", name: "leaf1", interface: "swp 1" } },
      'b.interface: "swp 1": an interface name: at most 15 characters, no blanks or slashes',
    ],
    [
      "a cable to itself",
      { b: { machine: "c1", name: "spine1", interface: "swp2" } },
      'b.name: both ends are machine "spine1": a cable needs two',
    ],
    ["an MTU below IPv4's least", { mtu: 60 }, "mtu: 60: a whole number from 68 to 65535 bytes"],
    ["up as text", { up: "yes" }, 'up: "yes": true or false'],
    [
      "a loss above all",
      { impairment: { lossPercent: 120 } },
      "impairment.lossPercent: 120: a percentage from 0 to 100",
    ],
    ["jitter of no delay", { impairment: { jitterMs: 3 } }, "impairment.jitterMs: varies a delay: give delayMs too"],
    ["a property that is not there", { impairment: { corrupt: 3 } }, "impairment.corrupt: a Link has no such property"],
  ])("refused: %s", (_, more, reason) => {
    expect(link(more)).toEqual([reason]);
  });
});
