import { shellWord } from "../../../common/shell-word";
import { spawnSync } from "node:child_process";
import { captureScript } from "../../../drill/capture";
import { tcpdumpCommand, crossingsOf, inOrder } from "../../../drill/trace/capture";
import { pathDifferences } from "../../../drill/trace/compare";
import { parseEchoAnswers } from "../../../drill/trace/run";
import type { LivePath } from "../../../drill/trace/types";
import { endpointNamed, tracerOf, type Path } from "../../../plan/paths";
import { predictLab } from "../../../plan/prediction";
import { planOf, stackValue } from "../plan/labs";
import { podBlocksOf } from "./blocks";

const plan = planOf(stackValue("vxlan"));
const { blocks } = podBlocksOf(plan);
const prediction = predictLab(plan, { blocks });
const predicted: Path = tracerOf(plan, prediction).trace(
  endpointNamed("pod:k8s-node-l1-1", plan, blocks),
  endpointNamed("pod:k8s-node-l2-1", plan, blocks),
);

/** As tcpdump 4.99 prints it on a leaf: the node's port in promiscuous mode, a broadcast, another's echo, then the packet out of the uplink. */
const TEXT = `tcpdump: listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes
10:00:00.000001 swp1  P   ifindex 4 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 486: 10.0.101.101.40000 > 10.0.102.101.4789: VXLAN, flags [I] (0x08), vni 4096
66:00:00:00:00:01 > 66:00:00:00:00:02, ethertype IPv4 (0x0800), length 450: 10.244.0.1 > 10.244.2.1: ICMP echo request, id 7, seq 1, length 408
10:00:00.000002 swp2  Out ifindex 5 02:00:00:00:00:01 ethertype ARP (0x0806), length 48: Request who-has 10.0.101.9 tell 10.0.101.1, length 28
10:00:00.000003 bridge In  ifindex 6 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 486: 10.0.101.101.40000 > 10.0.102.101.4789: VXLAN, flags [I] (0x08), vni 4096
66:00:00:00:00:01 > 66:00:00:00:00:02, ethertype IPv4 (0x0800), length 450: 10.244.0.1 > 10.244.2.1: ICMP echo request, id 7, seq 1, length 408
10:00:00.000004 swp51 Out ifindex 3 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 486: 10.0.101.101.40000 > 10.0.102.101.4789: VXLAN, flags [I] (0x08), vni 4096
66:00:00:00:00:01 > 66:00:00:00:00:02, ethertype IPv4 (0x0800), length 450: 10.244.0.1 > 10.244.2.1: ICMP echo request, id 7, seq 1, length 408
10:00:00.000005 swp52 Out ifindex 3 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 120: 10.0.101.101 > 10.0.102.101: ICMP echo request, id 9, seq 1, length 64
10:00:00.000006 swp52 Out ifindex 3 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 80: 10.244.0.1.45000 > 10.96.0.9.80: Flags [S], seq 1, win 64, length 0
10:00:00.000007 swp52 Out ifindex 3 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 80: 10.244.0.1.45000 > 10.96.0.9.80: Flags [S.], seq 1, ack 2, win 64, length 0
`;
const VXLAN = "UDP 4789 VNI 4096 10.0.101.101 > 10.0.102.101";

describe("packets out of a capture", () => {
  test("the marked echo by its cable, with the outer header; nothing that came in, passed by, or is another's", () => {
    expect(crossingsOf(plan, "leaf1", TEXT, { kind: "echo", length: 408 })).toEqual([
      { at: "leaf1", interface: "swp51", link: "leaf1-spine1", to: "spine1", encapsulation: VXLAN },
    ]);
  });

  test("plain packets have no outer header, also after one that had", () => {
    expect(crossingsOf(plan, "leaf1", TEXT, { kind: "echo", length: 64 })).toMatchObject([
      { interface: "swp52", encapsulation: "" },
    ]);
  });

  test("an outer header of IPIP, on the packet's own line", () => {
    const line = (inner: string): string =>
      `10:00:00.000008 swp51 Out ifindex 3 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 468: 10.0.101.101 > 10.0.102.101: ${inner}\n`;
    const encapsulation = "IP protocol 4 10.0.101.101 > 10.0.102.101";
    const ping = line("10.244.0.1 > 10.244.2.1: ICMP echo request, id 7, seq 1, length 408");
    expect(crossingsOf(plan, "leaf1", ping, { kind: "echo", length: 408 })).toMatchObject([{ encapsulation }]);
    const syn = line("10.244.0.1.45000 > 10.96.0.9.80: Flags [S], seq 1, win 64, length 0");
    expect(crossingsOf(plan, "leaf1", syn, { kind: "syn", source: "10.244.0.1" })).toMatchObject([{ encapsulation }]);
  });

  test("the first packet of a connection by its source", () => {
    expect(crossingsOf(plan, "leaf1", TEXT, { kind: "syn", source: "10.244.0.1" })).toMatchObject([
      { interface: "swp52", to: "spine2" },
    ]);
    expect(crossingsOf(plan, "leaf1", TEXT, { kind: "syn", source: "10.244.0.10" })).toEqual([]);
  });

  test("in the order of travel, strays last", () => {
    const crossing = (at: string, to: string) => ({ at, to, interface: "x", link: `${at}-${to}`, encapsulation: "" });
    expect(
      inOrder(
        [crossing("leaf2", "n2"), crossing("spine9", "x"), crossing("spine1", "leaf2"), crossing("leaf1", "spine1")],
        "leaf1",
      ).map((each) => each.link),
    ).toEqual(["leaf1-spine1", "spine1-leaf2", "leaf2-n2", "spine9-x"]);
  });
});

describe("live against predicted", () => {
  const way = (...hops: [string, string, string][]): LivePath["crossings"] =>
    hops.map(([at, to, link]) => ({ at, to, link, interface: "", encapsulation: VXLAN }));
  const crossings = way(
    ["k8s-node-l1-1", "leaf1", "k8s-node-l1-1-leaf1"],
    ["leaf1", "spine2", "leaf1-spine2"],
    ["spine2", "leaf2", "leaf2-spine2"],
    ["leaf2", "k8s-node-l2-1", "k8s-node-l2-1-leaf2"],
  );
  const live: LivePath = {
    arrived: true,
    source: "",
    destination: "",
    crossings,
    answers: [{ ttl: 3, address: "10.244.2.1", machine: null, arrived: true }],
  };

  test("one of the predicted ways", () => {
    expect(pathDifferences(predicted, live)).toEqual([]);
  });

  test("another way, another header, a machine left out, another length, no arrival", () => {
    expect(
      pathDifferences(predicted, {
        ...live,
        crossings: [...crossings, ...way(["leaf1", "k8s-node-l1-2", "k8s-node-l1-2-leaf1"])],
      }),
    ).toEqual(["leaf1 sent it to k8s-node-l1-2 by k8s-node-l1-2-leaf1, which no predicted way does"]);
    expect(
      pathDifferences(predicted, {
        ...live,
        crossings: crossings.map((each) => (each.at === "leaf2" ? { ...each, encapsulation: "" } : each)),
      }),
    ).toEqual([`k8s-node-l2-1-leaf2: expected ${VXLAN}, seen none`]);
    expect(pathDifferences(predicted, { ...live, crossings: crossings.filter((each) => each.at !== "leaf2") })).toEqual(
      ["leaf2 should have passed it on, and was not seen to"],
    );
    expect(
      pathDifferences(predicted, {
        ...live,
        answers: [{ ttl: 2, address: "10.244.2.1", machine: null, arrived: true }],
      }),
    ).toEqual(["expected to need a TTL of 3, seen 2"]);
    expect(pathDifferences(predicted, { ...live, arrived: false, answers: [] })).toEqual([
      "expected that it arrives, seen that it does not arrive",
    ]);
  });
});

test("answers by TTL, up to the first arrival", () => {
  expect(
    parseEchoAnswers(`### 3
PING 10.244.2.1 (10.244.2.1) 56(84) bytes of data.
64 bytes from 10.244.2.1: icmp_seq=1 ttl=62 time=0.2 ms
### 1
From 10.0.101.101 icmp_seq=1 Time to live exceeded
### 4
64 bytes from 10.244.2.1: icmp_seq=1 ttl=62 time=0.2 ms
### 2
1 packets transmitted, 0 received
`),
  ).toEqual([
    { ttl: 1, address: "10.0.101.101", arrived: false },
    { ttl: 3, address: "10.244.2.1", arrived: true },
  ]);
});

test("captures: the command, whatever is in the filter", () => {
  const script = captureScript({
    machine: "leaf1",
    interface: "swp51",
    filter: "host 10.0.0.1 and 'x",
    count: 5,
    form: "pcap",
  });
  expect(script).toContain(
    shellWord("tcpdump --immediate-mode -nn -i swp51 -U -w - -c 5 -- 'host 10.0.0.1 and '\\''x'"),
  );
  expect(captureScript({ machine: "leaf1", interface: "any", filter: "", count: null, form: "text" })).toContain(
    "-i any -l -e'",
  );
  for (const text of [script, tcpdumpCommand(4789, { kind: "syn", source: "10.0.0.1" })])
    expect(spawnSync("bash", ["-n"], { input: text }).status).toBe(0);
});
