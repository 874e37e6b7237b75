import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  plugOutcomes,
  script,
  vethCable,
  vethFacts,
  type VethEndpoint,
  type VethHost,
} from "../../../../provider/cables/veth";

const end = (own: number, other: number, where: string, flags = "UP", mtu = 1500): string =>
  `${own}: swp1@if${other}: <${flags}> mtu ${mtu} qdisc noqueue state UP\\    link/ether 02:00 brd ff:ff link-netns ${where}`;

/** Programs of the helper container, which answer by what a test wrote down, and write down what they are told to do. */
const NSENTER = `#!/bin/sh
pid=$2; shift 3
case "$*" in
  "ip -o link show dev "*) cat "$STUBS/$pid" 2>/dev/null ;;
  *) echo "$pid: $*" >>"$STUBS/told" ;;
esac
`;
const IP = `#!/bin/sh
case "$1 $2" in
  "netns attach") [ ! -e "$STUBS/gone" ] || { echo gone >&2; exit 1; } ;;
  *) echo "ip $*" >>"$STUBS/told"; [ ! -e "$STUBS/after11" ] || { cp "$STUBS/after11" "$STUBS/11"; cp "$STUBS/after22" "$STUBS/22"; } ;;
esac
`;

let stubs: string;
beforeEach(() => {
  stubs = mkdtempSync(path.join(tmpdir(), "veth-"));
  for (const [name, text] of Object.entries({ nsenter: NSENTER, ip: IP })) {
    writeFileSync(path.join(stubs, name), text);
    chmodSync(path.join(stubs, name), 0o755);
  }
});
afterEach(() => rmSync(stubs, { recursive: true, force: true }));

const shown = (files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(stubs, name), text);
};
const told = (): string[] => {
  try {
    return readFileSync(path.join(stubs, "told"), "utf8").trim().split("\n");
  } catch {
    return []; // nothing was
  }
};
const env = (): NodeJS.ProcessEnv => ({ PATH: `${stubs}:${process.env.PATH}`, STUBS: stubs });
const run = (...args: string[]): ReturnType<typeof plugOutcomes> => {
  const ran = spawnSync("sh", ["-c", script(), "helper", ...args], { encoding: "utf8", env: env() });
  expect(ran.stderr).toBe("");
  return plugOutcomes(ran.stdout, args.length);
};

/** A host that runs the script here, with the programs above. */
const runs: (readonly string[])[] = [];
const host: VethHost = {
  id: "here",
  run: async (program, args) => {
    runs.push(args);
    return spawnSync("sh", ["-c", program, "helper", ...args], { encoding: "utf8", env: env() }).stdout;
  },
};
beforeEach(() => void runs.splice(0));
const endpoint = (pid: number, name = "swp1"): VethEndpoint => ({
  kind: "veth",
  host,
  pid,
  interface: name,
  mac: `02:00:00:00:00:${pid}`,
});
const settings = { mtu: 9000, up: true };

describe("two interfaces", () => {
  test.each<[string, string, string, boolean]>([
    ["both indexes and both namespaces fit", end(3, 5, "p22"), end(5, 3, "p11"), true],
    ["another interface of that machine", end(3, 5, "p22"), end(5, 4, "p11"), false],
    ["the same index in another machine", end(3, 3, "p33"), end(3, 3, "p11"), false],
    ["none at one end", "", end(5, 3, "p11"), false],
  ])("are peers or not: %s", (_, a, b, peers) => {
    shown({ 11: a, 22: b });
    expect(run("show 11 swp1 22 swp1")).toEqual([{ status: 0, text: peers ? `${a}\n${b}` : "" }]);
  });

  test("that are peers stay as they are; both ends are set", async () => {
    shown({ 11: end(3, 5, "p22"), 22: end(5, 3, "p11") });
    await vethCable.plug(endpoint(11), endpoint(22), settings);
    expect(told()).toEqual(["11: ip link set dev swp1 mtu 9000 up", "22: ip link set dev swp1 mtu 9000 up"]);
  });

  test("that are not are taken off what they are on, and joined", async () => {
    shown({ after11: end(3, 5, "p22"), after22: end(5, 3, "p11") });
    await vethCable.plug(endpoint(11), endpoint(22), { mtu: 1500, up: false });
    expect(told()).toEqual([
      "11: ip link del dev swp1",
      "22: ip link del dev swp1",
      "ip link add name swp1 mtu 1500 address 02:00:00:00:00:11 netns 11 type veth peer name swp1 mtu 1500 address 02:00:00:00:00:22 netns 22",
      "11: ip link set dev swp1 mtu 1500 down",
      "22: ip link set dev swp1 mtu 1500 down",
    ]);
  });

  test("that did not become peers are an error", async () => {
    await expect(vethCable.plug(endpoint(11), endpoint(22), settings)).rejects.toThrow(
      "the new interfaces are not each other's peers",
    );
  });

  test("are unplugged where they are peers, and left alone where not", async () => {
    shown({ 11: end(3, 5, "p33"), 22: end(5, 3, "p11") });
    await vethCable.unplug(endpoint(11), endpoint(22));
    expect(told()).toEqual([]);
    shown({ 11: end(3, 5, "p22") });
    await vethCable.unplug(endpoint(11), endpoint(22));
    expect(told()).toEqual(["11: ip link del dev swp1"]);
  });

  test("of a machine that goes meanwhile: unplugging is no error", () => {
    shown({ gone: "" });
    expect(run("unplug 11 swp1 22 swp1").map((each) => each?.status)).toEqual([0]);
  });
});

describe("the helper", () => {
  test("works on all cables in one run, each with its own outcome", async () => {
    shown({ 11: end(3, 5, "p22"), 22: end(5, 3, "p11"), 33: "" });
    const [good, bad] = await Promise.allSettled([
      vethCable.read(endpoint(11), endpoint(22), settings),
      vethCable.plug(endpoint(33), endpoint(22), settings),
    ]);
    expect(runs).toHaveLength(1);
    expect(good).toEqual({ status: "fulfilled", value: { state: "connected", mtu: 1500, up: true } });
    expect(bad.status).toBe("rejected");
  });

  test.each(["a&id", "$(x)", "`id`", "a b", "a\nb", "*", ""])("runs nothing with a word like %j", async (name) => {
    await expect(vethCable.plug(endpoint(11, name), endpoint(22), settings)).rejects.toThrow("can't be a word");
    expect(runs).toEqual([]);
  });

  test("expands no word: what looks like a command is a name", () => {
    shown({ after11: end(3, 5, "p22"), after22: end(5, 3, "p11") });
    run("plug 11 a&id 22 $(touch$IFS./x) 1500 m n up", "unplug 11 * 22 `id`");
    expect(told()).toContain("22: ip link set dev $(touch$IFS./x) mtu 1500 up");
    expect(told()).toContain("11: ip link set dev a&id mtu 1500 up");
    expect(told().at(-1)).toBe("11: ip link del dev *");
  });

  test("that ends early is an error for those that had no turn", () => {
    expect(plugOutcomes("cut off", 1)).toEqual([null]);
    expect(plugOutcomes("one\n@@fabriclab 0 0\nhalf", 2)).toEqual([{ text: "one", status: 0 }, null]);
  });
});

test("two ends that differ are said to, whatever the cable was found to be before", () => {
  const up = end(3, 5, "p22", "BROADCAST,MULTICAST,UP,LOWER_UP");
  const facts = (...lines: string[]): object => vethFacts({ mtu: 1500, up: true }, lines.join("\n"));
  expect(facts(up, up)).toEqual({ state: "connected", mtu: 1500, up: true });
  const low = end(3, 5, "p22", "BROADCAST,MULTICAST", 1400);
  // A refresh writes down what it found: the second look has that for its settings.
  for (const settings of [
    { mtu: 1500, up: true },
    { mtu: 1400, up: false },
  ])
    for (const lines of [
      [up, low],
      [low, up],
    ])
      expect(vethFacts(settings, lines.join("\n"))).toEqual({ state: "uneven", mtu: 1400, up: false });
  expect(facts(up, end(3, 5, "p22", "BROADCAST,MULTICAST,UP,LOWER_UP", 9000))).toEqual({
    state: "uneven",
    mtu: 1500,
    up: true,
  });
  expect(facts(end(3, 5, "p22", "BROADCAST,MULTICAST,LOWER_UP"), up)).toMatchObject({ up: false });
  expect(facts("")).toMatchObject({ state: "missing" });
  expect(facts(up)).toMatchObject({ state: "missing" });
});
