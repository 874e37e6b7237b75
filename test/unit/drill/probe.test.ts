import { spawnSync } from "node:child_process";
import { lossOf, quietSince } from "../../../drill/loss";
import { probeFlowsOf } from "../../../drill/probe/flows";
import { longestGap, longestOf, lossSpan, measure } from "../../../drill/probe/measure";
import { HttpLog, PingLog } from "../../../drill/probe/parse";
import { httpScript, pingScript } from "../../../drill/probe/scripts";
import type { ProbeFlow, Sample } from "../../../drill/probe";
import { byLine } from "../../../common/lines";
import { shellWord } from "../../../common/shell-word";
import { homeOf, nodesOf } from "../../../plan/lookup";
import { planOf, stackValue } from "../plan/labs";

const samples = (text: string, step = 50): Sample[] =>
  [...text].map((c, i) => ({ number: i + 1, sent: 1000 + i * step, answered: c === "+" }));
const flow = (name: string): ProbeFlow => ({
  name,
  kind: "ping",
  source: { machine: "n1", namespace: "x", address: "10.0.0.1" },
  to: "n2",
  address: "10.0.0.2",
  port: 0,
  intervalMs: 50,
});

describe("the log of ping -D -O", () => {
  const log = (lines: string[]): Sample[] => {
    const made = new PingLog(50);
    for (const line of lines) made.feed(line);
    return made.samples();
  };

  test("an answer counts from when it was sent, a loss from before the next packet", () => {
    expect(
      log([
        "PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.",
        "[1795253659.400000] 64 bytes from 10.0.0.2: icmp_seq=1 ttl=62 time=100 ms",
        "[1795253659.500000] no answer yet for icmp_seq=2",
        "[1795253659.600000] From 10.0.0.9 icmp_seq=3 Destination Net Unreachable",
        "[1795253659.700000] 64 bytes from 10.0.0.2: icmp_seq=4 ttl=62 time=0.5 ms",
      ]),
    ).toEqual([
      { number: 1, sent: 1795253659300, answered: true },
      { number: 2, sent: 1795253659450, answered: false },
      { number: 3, sent: 1795253659550, answered: false },
      { number: 4, sent: 1795253659699.5, answered: true },
    ]);
  });

  test("a late answer is none the less one, and a number nobody mentions is lost", () => {
    expect(
      log([
        "[10.1] no answer yet for icmp_seq=1",
        "[10.2] 64 bytes from 10.0.0.2: icmp_seq=1 ttl=62 time=150 ms",
        "[10.3] 64 bytes from 10.0.0.2: icmp_seq=3 ttl=62 time=1.0 ms",
      ]).map((each) => each.answered),
    ).toEqual([true, false, true]);
  });

  test("numbers go on after 65535", () => {
    const made = new PingLog(50);
    for (const number of [65534, 65535, 0, 1])
      made.feed(`[20.${number}] 64 bytes from 10.0.0.2: icmp_seq=${number} ttl=62 time=1.0 ms`);
    expect(
      made
        .samples()
        .filter((each) => each.answered)
        .map((each) => each.number),
    ).toEqual([65534, 65535, 65536, 65537]);
  });
});

test("requests are put in the order of their starts, and only 200 is an answer", () => {
  const log = new HttpLog();
  for (const line of ["HTTP 2 12.50 200", "HTTP 1 12.40 none", "HTTP 3 12.60 503", "noise"]) log.feed(line);
  expect(log.samples()).toEqual([
    { number: 1, sent: 12400, answered: false },
    { number: 2, sent: 12500, answered: true },
    { number: 3, sent: 12600, answered: false },
  ]);
});

describe("measuring", () => {
  test("a gap is from the last answer before to the first after; the longest counts", () => {
    expect(longestGap(samples("++-+---++"))).toBe(200);
    expect(longestGap(samples("+++"))).toBe(0);
    expect(longestGap(samples("+--"))).toBeNull();
    expect(longestOf([0, 300, 200])).toBe(300);
    expect(longestOf([300, null])).toBeNull();
  });

  test("totals and times of losses", () => {
    expect(measure(flow("a"), samples("+-+"))).toEqual({
      flow: "a",
      kind: "ping",
      intervalMs: 50,
      sent: 3,
      lost: 1,
      longestGapMs: 100,
      lostAt: ["1970-01-01T00:00:01.050Z"],
      error: "",
    });
    expect(lossSpan(samples("-+-+-"), 1060)).toEqual({ first: 1100, last: 1200 });
    expect(lossSpan(samples("-++"), 1010)).toBeNull();
  });

  test("a phase counts what was sent in it, and gaps from the last answer before it", () => {
    const live = [
      { flow: flow("a"), samples: () => samples("++--++") },
      { flow: flow("b"), samples: () => samples("++++++") },
    ];
    expect(lossOf(live, 1100, 1300)).toEqual({
      sent: 8,
      lost: 2,
      flowsHit: 1,
      flows: 2,
      spanMs: 50,
      longestGapMs: 150,
    });
    expect(lossOf(live, 1100, 1200).longestGapMs).toBeNull();
  });

  test("quiet is every flow with answers and nothing else", () => {
    const of = (text: string) => [{ flow: flow("a"), samples: () => samples(text) }];
    expect([quietSince(of("--++"), 1100), quietSince(of("--+-"), 1100), quietSince(of("++"), 1100)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("what is probed", () => {
  const pod = (node: string, address: string) => ({ node, address, namespace: `ns-${address}` });
  const service = { name: "nginx-service", address: "10.96.1.1", port: 80 };

  test("pods of different racks, both ways, and the service from each rack", () => {
    const flows = probeFlowsOf(
      planOf(stackValue("vxlan")),
      [
        pod("k8s-node-l1-1", "10.1.0.1"),
        pod("k8s-node-l1-1", "10.1.0.2"),
        pod("k8s-node-l1-2", "10.1.1.1"),
        pod("k8s-node-l2-1", "10.1.2.1"),
      ],
      service,
    );
    expect(flows.map((each) => each.name)).toEqual([
      "k8s-node-l1-1 10.1.0.1 > k8s-node-l2-1 10.1.2.1",
      "k8s-node-l1-2 10.1.1.1 > k8s-node-l2-1 10.1.2.1",
      "k8s-node-l2-1 10.1.2.1 > k8s-node-l1-1 10.1.0.1",
      "k8s-node-l2-1 10.1.2.1 > k8s-node-l1-2 10.1.1.1",
      "k8s-node-l1-1 10.1.0.1 > nginx-service 10.96.1.1:80",
      "k8s-node-l2-1 10.1.2.1 > nginx-service 10.96.1.1:80",
    ]);
  });

  test("the service also from outside, where its range is announced", () => {
    const flows = probeFlowsOf(
      planOf(stackValue("bgp")),
      [pod("k8s-node-l1-1", "10.1.0.1"), pod("k8s-node-l2-1", "10.1.2.1")],
      service,
    );
    expect(flows.filter((each) => each.source.machine === "client1").map((each) => each.source.namespace)).toEqual([
      null,
    ]);
  });

  test("one rack: between its nodes; one pod: nothing; many: an even choice of twelve", () => {
    const plan = planOf(stackValue("vxlan"));
    expect(probeFlowsOf(plan, [pod("k8s-node-l1-1", "10.1.0.1"), pod("k8s-node-l1-2", "10.1.1.1")], null)).toHaveLength(
      2,
    );
    expect(probeFlowsOf(plan, [pod("k8s-node-l1-1", "10.1.0.1")], null)).toEqual([]);
    const big = {
      ...plan,
      servers: Array.from({ length: 20 }, (_, i) => {
        const [first] = nodesOf(plan);
        return { ...first!, name: `n${i}`, uplinks: [{ ...homeOf(first!), leaf: `leaf${i % 2}` }] };
      }),
    };
    expect(
      probeFlowsOf(
        big,
        big.servers.map((each, i) => pod(each.name, `10.2.${i}.1`)),
        null,
      ),
    ).toHaveLength(12);
  });
});

describe("shell", () => {
  const bash = (script: string, input = ""): ReturnType<typeof spawnSync> =>
    spawnSync("bash", ["-c", script], { input, encoding: "utf8", timeout: 20_000 });

  test("any text stays one word", () => {
    for (const text of ["a b", "it's", '$(x) `y` \\ "', ""])
      expect(bash(`printf %s ${shellWord(text)}`).stdout).toBe(text);
  });

  test("the scripts are bash, and end with their input", () => {
    for (const script of [
      pingScript({ machine: "n1", namespace: "cni-1", address: "10.0.0.1" }, "10.0.0.2", 50),
      httpScript("cni-1", "10.0.0.2", 80, 100),
      httpScript(null, "10.0.0.2", 80, 100),
    ])
      expect(bash(`bash -n <<'X'\n${script}\nX`)).toMatchObject({ status: 0, stderr: "" });
    expect(bash(httpScript(null, "127.0.0.1", 9, 100)).stdout).toMatch(/^HTTP 1 \d+\.\d+ none\n$/);
  });

  test("lines are whole, however they come", () => {
    const seen: string[] = [];
    const feed = byLine((line) => seen.push(line));
    for (const part of ["on", "e\ntwo\nthr", "ee\nrest"]) feed(Buffer.from(part));
    expect(seen).toEqual(["one", "two", "three"]);
  });
});
