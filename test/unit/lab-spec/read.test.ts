import { formatProblems, readSpec } from "../../../lab-spec";
import { parseSpec } from "../../../plan";

const LAB = {
  name: "x",
  fabric: { spines: 1, leaves: 1 },
  nodes: [{ name: "m-1", role: "control-plane", leaf: "leaf1" }],
};

/** The text of a value's problems. */
function textOf(value: unknown): string {
  const parsed = parseSpec(value);
  return "problems" in parsed ? formatProblems(parsed.problems) : "sound";
}

describe("the short form", () => {
  test("is filled in", () => {
    const { spec, problems } = readSpec(LAB);
    expect(problems).toEqual([]);
    expect(spec).toEqual({
      name: "x",
      domain: "lab.local",
      management: { subnet: "192.168.201.0/24" },
      fabric: {
        spines: [
          {
            path: "fabric.spines[0]",
            name: "spine1",
            index: null,
            as: null,
            loopback: null,
            hostname: null,
            networks: [],
            aggregates: [],
            neighbors: [],
            bgp: {},
            drain: false,
            rpFilter: null,
            kernel: null,
          },
        ],
        leaves: [
          {
            path: "fabric.leaves[0]",
            name: "leaf1",
            index: null,
            as: null,
            loopback: null,
            hostname: null,
            networks: [],
            aggregates: [],
            neighbors: [],
            bgp: {},
            drain: false,
            rpFilter: null,
            kernel: null,
            serverSubnet: null,
            gateway: null,
          },
        ],
        mtu: 1500,
        asBase: { spines: 65000, leaves: 65100 },
        loopbacks: "172.16.255.0/24",
        serverSubnets: "10.0.0.0/16",
        links: { pool: "172.16.0.0/24", spineCapacity: 8, firstUplinkPort: 51 },
        bgp: {},
      },
      nodes: [
        {
          path: "nodes[0]",
          name: "m-1",
          role: "control-plane",
          leaf: "leaf1",
          index: null,
          address: null,
          port: null,
          kernel: null,
        },
      ],
      hosts: [],
      kubernetes: { version: "v1.34.4", podCidr: "10.64.0.0/12", serviceCidr: "10.80.0.0/12", growth: null },
      calico: {
        mode: "vxlan",
        routing: "felix",
        encapsulation: { kind: "vxlan", when: "always" },
        vxlan: { port: 4789, vni: 4096 },
        pool: null,
        blockSize: 26,
        podMtu: null,
        bgp: {
          nodeAs: "cluster",
          as: 64512,
          rackAsBase: 64600,
          acrossRacks: "as-override",
          discovery: "explicit",
          mesh: false,
          routeReflectors: [],
          clusterId: "244.0.0.1",
          password: false,
          maximumPrefix: null,
          filter: true,
          advertiseServices: true,
          keepalive: null,
          hold: null,
        },
      },
      netscaler: null,
      workload: null,
      rpFilter: "off",
      kernel: "auto",
      rules: {},
    });
  });

  test("a count, a list of names and a list of settings say the same", () => {
    const spec = (spines: unknown): unknown => readSpec({ ...LAB, fabric: { spines, leaves: 1 } }).spec;
    expect(spec(["spine1", "spine2"])).toEqual(spec(2));
    expect(spec([{ name: "spine1" }, "spine2"])).toEqual(spec(2));
  });
});

describe("what the schema refuses", () => {
  test.each<[string, unknown, string]>([
    [
      "an unknown setting, with the likely one",
      { ...LAB, fabric: { spines: 1, leaves: [{ name: "leaf1", serverSubet: "10.0.101.0/24" }] } },
      `fabric.leaves[0].serverSubet: there is no setting "serverSubet" here [unknown-setting]
    remedy: Did you mean "serverSubnet"?`,
    ],
    [
      "an unknown setting like no other",
      { ...LAB, management: { colour: "red" } },
      `management.colour: there is no setting "colour" here [unknown-setting]
    remedy: Known here: subnet.`,
    ],
    [
      "a missing setting",
      { ...LAB, nodes: [...LAB.nodes, { name: "w-1" }] },
      `nodes[1].leaf: is required and missing [required]
    remedy: Add it: a text.`,
    ],
    [
      "a text for a number",
      { ...LAB, fabric: { ...LAB.fabric, mtu: "1500" } },
      `fabric.mtu: "1500" is not a number [type]
    fabric.mtu: "1500"
    remedy: Write a number.`,
    ],
    [
      "a fraction",
      { ...LAB, fabric: { ...LAB.fabric, mtu: 1500.5 } },
      `fabric.mtu: 1500.5 is not a whole number [type]
    fabric.mtu: 1500.5
    remedy: Write a whole number.`,
    ],
    [
      "neither a count nor a list",
      { ...LAB, fabric: { spines: "two", leaves: 1 } },
      `fabric.spines: "two" is not a number or a list [type]
    fabric.spines: "two"
    remedy: Write a number or a list.`,
    ],
    [
      "an unknown mode",
      { ...LAB, calico: { mode: "vxlam" } },
      `calico.mode: "vxlam" is not one of vxlan, bgp [choice]
    calico.mode: "vxlam"
    remedy: Did you mean "vxlan"?`,
    ],
    [
      "a VNI of more than 24 bits",
      { ...LAB, calico: { vxlan: { vni: 16777216 } } },
      `calico.vxlan.vni: 16777216 is above the greatest value 16777215 [range]
    calico.vxlan.vni: 16777216
    remedy: Write 16777215 or less.`,
    ],
    [
      "no VNI at all",
      { ...LAB, calico: { vxlan: { vni: 0 } } },
      `calico.vxlan.vni: 0 is below the least value 1 [range]
    calico.vxlan.vni: 0
    remedy: Write 1 or more.`,
    ],
    [
      "a prefix with host bits, with the right one",
      { ...LAB, kubernetes: { podCidr: "10.64.0.1/12" } },
      `kubernetes.podCidr: 10.64.0.1/12 has host bits set [prefix-host-bits]
    kubernetes.podCidr: "10.64.0.1/12"
    remedy: Write the prefix that holds it: 10.64.0.0/12.`,
    ],
    ...["10.64.0.0", "10.64.0/12", "10.64.0.0/33", "10.064.0.0/12", "256.0.0.0/8", "10.0.0.0/08", "fd00::/8", ""].map(
      (prefix): [string, unknown, string] => [
        `"${prefix}" as a prefix`,
        { ...LAB, kubernetes: { podCidr: prefix } },
        `kubernetes.podCidr: "${prefix}" is not an IPv4 prefix [prefix-syntax]
    kubernetes.podCidr: "${prefix}"
    remedy: Write four octets and a length, as in "10.0.101.0/24".`,
      ],
    ),
    [
      "an address with a length",
      { ...LAB, fabric: { spines: [{ name: "spine1", loopback: "172.16.255.1/32" }], leaves: 1 } },
      `fabric.spines[0].loopback: "172.16.255.1/32" is not an IPv4 address [address-syntax]
    fabric.spines[0].loopback: "172.16.255.1/32"
    remedy: Write it without the length: 172.16.255.1.`,
    ],
    ["no mapping at all", "lab", `(the whole value): "lab" is not a mapping [type]\n    remedy: Write a mapping.`],
    ["nothing", undefined, "(the whole value): is required and missing [required]\n    remedy: Add it: a mapping."],
  ])("%s", (_title, value, text) => {
    expect(textOf(value)).toBe(`fabriclab:lab has 1 problem\n\n${text}`);
  });

  test("is reported together with what the rules find in the rest, at the places as written", () => {
    const parsed = parseSpec({
      ...LAB,
      colour: "red",
      fabric: {
        spines: ["spine1", { name: "spine2", as: 65535 }],
        leaves: [{ nam: "leaf1" }, "leaf2", { name: "leaf3", as: 65102 }],
        mtu: 100,
      },
      nodes: [7, ...LAB.nodes, { name: "w-1", leaf: "leaf2", address: "10.0.102.255" }],
    });
    const places = "problems" in parsed ? parsed.problems.map((problem) => `${problem.path} ${problem.rule}`) : [];
    expect(places).toEqual([
      "colour unknown-setting",
      "fabric.leaves[0].nam unknown-setting",
      "fabric.leaves[0].name required",
      "fabric.leaves[2].as duplicate-as",
      "fabric.mtu mtu",
      "fabric.spines[1].as reserved-as",
      "nodes[0] type",
      "nodes[2].address node-address",
    ]);
  });

  test("is not followed by complaints about the default that stood in", () => {
    // The default pod CIDR would overlap this service CIDR.
    const parsed = parseSpec({ ...LAB, kubernetes: { podCidr: "10.64.0.1/12", serviceCidr: "10.64.0.0/16" } });
    expect("problems" in parsed && parsed.problems.map((problem) => problem.rule)).toEqual(["prefix-host-bits"]);
  });

  test("does not change the value it reads", () => {
    const value = { ...LAB, nodes: [5, ...LAB.nodes] };
    const before = structuredClone(value);
    readSpec(value);
    expect(value).toEqual(before);
  });
});
