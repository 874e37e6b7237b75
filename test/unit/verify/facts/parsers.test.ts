import { parseNamespaces } from "../../../../verify/facts/namespaces";
import { parsePing, pingText } from "../../../../verify/facts/ping";
import { parseRoutes } from "../../../../verify/facts/routes";
import { parseCapture } from "../../../../verify/facts/tcpdump";
import { parseTraffic } from "../../../../verify/facts/traffic";
import { differences } from "../../../../verify/checks/interfaces";

describe("ping", () => {
  const answered = `PING 10.64.0.5 (10.64.0.5) 56(84) bytes of data.
64 bytes from 10.64.0.5: icmp_seq=1 ttl=62 time=0.1 ms
64 bytes from 10.64.0.5: icmp_seq=2 ttl=61 time=0.1 ms

--- 10.64.0.5 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 200ms
`;
  test.each([
    ["answers of two distances", answered, "2 of 2, ttl=61/62"],
    [
      "half of the answers",
      answered.replace(/^.*seq=1.*\n/m, "").replace("2 received", "1 received"),
      "1 of 2, ttl=61",
    ],
    [
      "a router that refuses",
      "From 10.0.101.1 icmp_seq=1 Destination Host Unreachable\n2 packets transmitted, 0 received, +1 errors",
      "0 of 2 (Destination Host Unreachable)",
    ],
    [
      "a packet that is too long",
      "ping: local error: message too long, mtu=1400\n1 packets transmitted, 0 received, +1 errors",
      "0 of 1 (message too long, mtu=1400)",
    ],
    ["no network at all", "ping: connect: Network is unreachable", "0 of 0 (Network is unreachable)"],
    ["a program that fails", "nsenter: cannot open /run/netns/x\n", "0 of 0 (nsenter: cannot open /run/netns/x)"],
  ])("%s", (_, text, seen) => {
    expect(pingText(parsePing(text))).toBe(seen);
  });
});

describe("a capture", () => {
  const head = "12:00:00.000000 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 148:";
  const outer = `${head} 10.0.101.101.40000 > 10.0.102.101.4789: VXLAN, flags [I] (0x08), vni 4096`;
  const inner = `${head} 10.64.0.1 > 10.64.0.65: ICMP echo request, id 1, seq 1, length 64`;

  test("a packet in VXLAN has its outer header from the line before, and from that line alone", () => {
    expect(parseCapture(`${outer}\n${inner}\n${inner.replace("request", "reply")}\n`)).toEqual([
      {
        source: "10.64.0.1",
        destination: "10.64.0.65",
        type: "request",
        outer: { kind: "vxlan", source: "10.0.101.101", destination: "10.0.102.101", port: 4789, vni: 4096 },
      },
      { source: "10.64.0.1", destination: "10.64.0.65", type: "reply", outer: null },
    ]);
  });

  test("other packets, and a line that was cut off, are no echoes", () => {
    expect(
      parseCapture(`${outer}\n${head} 10.0.101.1.179 > 10.0.101.11.4000: Flags [P.]\n${inner.slice(0, -40)}`),
    ).toEqual([]);
  });
});

test("traffic: pings by pod and target, then the capture; a ping that printed nothing has no answer", () => {
  const { pings, captured } = parseTraffic(
    "### normal cni-1 10.64.0.5\n2 packets transmitted, 2 received\n### full cni-1 10.64.0.9\n\n### capture\n" +
      "x 10.64.0.1 > 10.64.0.5: ICMP echo request, id 1\n",
  );
  expect([...pings].map(([key, { sent, received, error }]) => [key, sent, received, error])).toEqual([
    ["normal cni-1 10.64.0.5", 2, 2, null],
    ["full cni-1 10.64.0.9", 0, 0, ""],
  ]);
  expect(captured).toHaveLength(1);
});

test("pods' network namespaces: every address but the loopback's; one that has ended is left out", () => {
  const printed = JSON.stringify([
    { ifname: "lo", mtu: 65536, addr_info: [{ family: "inet", local: "127.0.0.1" }] },
    { ifname: "eth0", mtu: 1450, addr_info: [{ family: "inet", local: "10.64.0.5" }] },
    { ifname: "tunl0", mtu: 1480 },
    {},
  ]);
  expect(parseNamespaces(`### cni-1\n${printed}\n### cni-ended\n\n`)).toEqual([
    { namespace: "cni-1", address: "10.64.0.5", interface: "eth0", mtu: 1450 },
  ]);
});

test("kernel routes: default, host routes, several next hops, and routes that lead nowhere", () => {
  expect(
    parseRoutes([
      { dst: "default", gateway: "10.0.101.1", dev: "eth1" },
      { dst: "10.64.0.5", dev: "cali1", protocol: "boot" },
      { dst: "10.0.102.0/24", protocol: "bgp", nexthops: [{ gateway: "172.16.0.0", dev: "swp51" }, { dev: "swp52" }] },
      { dst: "10.64.0.0/26", type: "blackhole", protocol: "bird" },
    ]),
  ).toEqual([
    { prefix: "0.0.0.0/0", protocol: "boot", type: "unicast", nextHops: [{ gateway: "10.0.101.1", device: "eth1" }] },
    { prefix: "10.64.0.5/32", protocol: "boot", type: "unicast", nextHops: [{ gateway: null, device: "cali1" }] },
    {
      prefix: "10.0.102.0/24",
      protocol: "bgp",
      type: "unicast",
      nextHops: [
        { gateway: "172.16.0.0", device: "swp51" },
        { gateway: null, device: "swp52" },
      ],
    },
    { prefix: "10.64.0.0/26", protocol: "bird", type: "blackhole", nextHops: [{ gateway: null, device: "none" }] },
  ]);
});

test("ifquery --check: the lines that fail, and no other", () => {
  expect(
    differences(
      "auto swp1\niface swp1                [pass]\n\tmtu 9216       [fail]\n\taddress 10.0.0.1/31   [pass]\n",
    ),
  ).toEqual(["mtu 9216"]);
  expect(differences("error: no such interface")).toEqual([]);
});
