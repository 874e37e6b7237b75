import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { filesBelow } from "../../../steps/hash";

const FILES = path.join(__dirname, "../../../images/files");
const text = (f: string): string => readFileSync(path.join(FILES, f), "utf8");
const scripts = filesBelow(FILES).filter((f) => text(f).startsWith("#!"));
const units = filesBelow(FILES).filter((f) => f.endsWith(".service"));

test("there are scripts and units to look at", () => {
  expect(scripts.length).toBeGreaterThanOrEqual(5);
  expect(units.length).toBeGreaterThanOrEqual(6);
});

test.each(scripts)("%s is executable and of valid syntax", (f) => {
  expect(statSync(path.join(FILES, f)).mode & 0o111).not.toBe(0);
  const shell = /^#!\/bin\/(sh|bash)$/.exec(text(f).split("\n")[0] ?? "")?.[1];
  expect(shell).toBeDefined();
  execFileSync(shell ?? "", ["-n", path.join(FILES, f)]);
});

test.each(units)("%s starts a program that is there", (f) => {
  const program = /^ExecStart=-?(\S+)/m.exec(text(f))![1]!;
  // What is mounted from the volume of own kernels lies in a folder of its own.
  const own = /^\/usr\/lib\/fabriclab\/kernel\/(.*)$/.exec(program)?.[1];
  if (own !== undefined) expect(scripts).toContain(path.join("kernel", own));
  else if (program.includes("fabriclab") || program.startsWith("/usr/local/"))
    expect(["common", "node"].map((folder) => path.join(folder, program)).some((each) => scripts.includes(each))).toBe(
      true,
    );
  else expect(program).toMatch(/^\/usr\/s?bin\/(sshd|containerd|kubelet)$/);
});

test("SSH lets in root with a key, nobody with a password, and asks no name server", () => {
  const settings = Object.fromEntries(
    text("common/etc/ssh/sshd_config")
      .trim()
      .split("\n")
      .map((l) => [l.split(" ")[0], l.split(" ").slice(1).join(" ")]),
  );
  expect(settings).toMatchObject({
    PermitRootLogin: "prohibit-password",
    PasswordAuthentication: "no",
    KbdInteractiveAuthentication: "no",
    UsePAM: "no",
    UseDNS: "no",
    HostKey: "/etc/ssh/ssh_host_ed25519_key",
  });
});

/** Runs the hot-plug script with programs that play the kernel's and ifupdown2's part; returns how often interfaces were applied. */
function hotplug(events: string, addressOf: (name: string) => string, stanzas: Record<string, string>): number {
  const dir = mkdtempSync(path.join(tmpdir(), "hotplug-"));
  const program = (name: string, body: string): void => {
    writeFileSync(path.join(dir, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(dir, name), 0o755);
  };
  try {
    const names = ["swp1", "swp51", "eth0", "eth1"];
    program(
      "ip",
      `case "$*" in *monitor*) cat <<'END'\n${events}\nEND\n;; *addr*) case "$*" in ${names.map((n) => `*"dev ${n}") echo "${addressOf(n)}" ;;`).join(" ")} esac ;; esac`,
    );
    program(
      "ifquery",
      `case "$1" in ${Object.entries(stanzas)
        .map(([n, s]) => `${n}) printf '${s}' ;;`)
        .join(" ")} *) exit 1 ;; esac`,
    );
    program("ifreload", `echo "$*" >> ${dir}/applied`);
    writeFileSync(path.join(dir, "applied"), "");
    writeFileSync(path.join(dir, "interfaces"), "auto lo\n");
    const script = text("common/usr/lib/fabriclab/hotplug").replaceAll(
      "/etc/network/interfaces",
      path.join(dir, "interfaces"),
    );
    execFileSync("sh", ["-c", script], { env: { PATH: `${dir}:/usr/bin:/bin` } });
    return readFileSync(path.join(dir, "applied"), "utf8")
      .split("\n")
      .filter((l) => l === "-a").length;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const plugged = (name: string): string =>
  `7: ${name}@if8: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP`;
const swp51 = { swp51: "auto swp51\\niface swp51\\n\\taddress 172.16.0.1/31\\n" };

describe("hot-plug", () => {
  test("a cable without its address gets it", () => expect(hotplug(plugged("swp51"), () => "", swp51)).toBe(1));
  test("one that has it is left alone", () =>
    expect(hotplug(plugged("swp51"), () => "7: swp51 inet 172.16.0.1/31 scope global swp51", swp51)).toBe(0));
  test("a longer address is not taken for it", () =>
    expect(hotplug(plugged("swp51"), () => "7: swp51 inet 172.16.0.1/310", swp51)).toBe(1));
  test("a node's uplink too", () =>
    expect(hotplug(plugged("eth1"), () => "", { eth1: "iface eth1\\n\\taddress 10.0.101.11/24\\n" })).toBe(1));
  test("the management interface is never touched", () =>
    expect(hotplug(plugged("eth0"), () => "", { eth0: "iface eth0\\n\\taddress 1.2.3.4/24\\n" })).toBe(0));
  test("a cable that goes is no news", () => expect(hotplug(`Deleted ${plugged("swp51")}`, () => "", swp51)).toBe(0));
  test("a port of the bridge is put into it", () =>
    expect(
      hotplug(plugged("swp1"), () => "", {
        swp1: "iface swp1\\n",
        bridge: "iface bridge\\n\\tbridge-ports swp1 swp10\\n",
      }),
    ).toBe(1));
  test("a port that nothing speaks of is left alone", () =>
    expect(hotplug(plugged("swp1"), () => "", { bridge: "iface bridge\\n\\tbridge-ports swp10 swp11\\n" })).toBe(0));
});
