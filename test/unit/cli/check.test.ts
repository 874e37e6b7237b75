import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../cli/program";
import { factsOf } from "../../../doctor/host-facts";
import { checkedText } from "../../../report/check-text";
import { checkStackText } from "../../../report/findings";
import { OUTCOME_RULES, RULES } from "../../../plan";
import { endingOf } from "../../../common/errors";

const SOUND =
  "config:\n  fabriclab:lab:\n    name: x\n    fabric: { spines: 1, leaves: 1 }\n    nodes: [{ name: m-1, leaf: leaf1, role: control-plane }]\n";
const BROKEN = SOUND.replace("leaves: 1", "leaves: 1, mtu: 100");

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "fabriclab-check-"));
  writeFileSync(join(dir, "sound.yaml"), SOUND);
  writeFileSync(join(dir, "broken.yaml"), BROKEN);
});
afterAll(() => rmSync(dir, { recursive: true }));

/** One run of the command: what it prints, and its exit code. */
async function fabriclab(...args: string[]): Promise<{ out: string; code: number }> {
  let out = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await run(["check", ...args]);
    return { out, code: 0 };
  } catch (error) {
    const ending = endingOf(error);
    return { out: out + ending.text, code: ending.code };
  } finally {
    write.mockRestore();
  }
}

const file = (name: string): string => join(dir, name);

test("a sound file: exit code 0", async () => {
  expect(await fabriclab("--file", file("sound.yaml"))).toMatchObject({
    code: 0,
    out: expect.stringMatching(/sound\.yaml: sound/) as string,
  });
});

test("a broken one: exit code 1, with file, line and column", async () => {
  const { out, code } = await fabriclab("--file", file("sound.yaml"), "--file", file("broken.yaml"));
  expect(code).toBe(1);
  expect(out).toMatch(/sound\.yaml: sound[\s\S]*broken\.yaml: refused \(1 problem/);
  expect(out).toMatch(
    /broken\.yaml:4:42 fabric\.mtu: link MTU 100 .* \[mtu\]\n {4}fabric\.mtu: 100\n {4}remedy: Use 1330 to 9216/,
  );
});

test("without --file and --stack: every stack file of the checkout, all sound", async () => {
  const { out, code } = await fabriclab();
  expect(code).toBe(0);
  for (const stack of ["dev", "vxlan"]) expect(out).toContain(`Pulumi.${stack}.yaml: sound`);
});

test("--stack: that one only", async () => {
  const { out } = await fabriclab("--stack", "vxlan", "--json");
  expect((JSON.parse(out) as { files: { uri: string }[] }).files.map((each) => each.uri)).toEqual([
    "Pulumi.vxlan.yaml",
  ]);
});

test("a stack or file that isn't there: what there is", async () => {
  expect(await fabriclab("--stack", "nosuch")).toMatchObject({
    code: 1,
    out: expect.stringMatching(/there is no stack config file.*\n.*dev.*vxlan/) as string,
  });
});

test("--sarif and --json at once: a wrong command line", async () => {
  expect((await fabriclab("--sarif", "--json")).code).toBe(2);
});

test("--sarif: a log, and exit code 1 all the same", async () => {
  const { out, code } = await fabriclab("--sarif", "--file", file("broken.yaml"));
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    version: "2.1.0",
    runs: [{ results: expect.arrayContaining([expect.objectContaining({ ruleId: "mtu" })]) as unknown }],
  });
});

test("--rules: every rule, with what holds", async () => {
  const { out } = await fabriclab("--rules");
  for (const { name, title } of [...RULES, ...OUTCOME_RULES])
    expect(out).toMatch(new RegExp(`^${name} .*${title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "m"));
  expect((JSON.parse((await fabriclab("--rules", "--json")).out) as { rules: unknown[] }).rules).toHaveLength(
    RULES.length + OUTCOME_RULES.length,
  );
});

test("rules switched off are named with the reason and what they hide", () => {
  const text = checkedText(
    checkStackText("x.yaml", `${BROKEN}    rules: { mtu: { off: tiny packets are the test } }\n`),
  );
  expect(text).toBe("x.yaml: sound\n  off: mtu, 1 found: tiny packets are the test");
});

test("bridges and routes of this machine, the default route left out", () => {
  expect(
    factsOf(
      JSON.stringify([
        { dst: "default", dev: "eth0" },
        { dst: "10.1.0.0/16", dev: "eth0" },
        { dst: "172.17.0.0/16", dev: "docker0" },
        { dst: "192.168.9.0/24", dev: "br-0123456789ab" },
        { dst: "10.9.9.9", dev: "wg0" },
      ]),
    ),
  ).toEqual({
    bridges: [
      { name: "docker0", prefix: "172.17.0.0/16" },
      { name: "br-0123456789ab", prefix: "192.168.9.0/24" },
    ],
    routes: [
      { device: "eth0", prefix: "10.1.0.0/16" },
      { device: "wg0", prefix: "10.9.9.9/32" },
    ],
  });
});

test("the commands of remedies look at the file that was checked", () => {
  const file = "../../fixtures/outcomes/a-mesh-of-nodes-with-an-as-number-a-rack.yaml";
  const text = readFileSync(join(__dirname, file), "utf8");
  const remedies = (uri: string): string[] => checkStackText(uri, text).problems.map(({ remedy }) => remedy);
  expect(remedies("Pulumi.lab7.yaml").join("\n")).toContain("`fabriclab predict --stack lab7 --session`");
  expect(remedies("labs/a b.yaml").join("\n")).toContain("`fabriclab predict --config 'labs/a b.yaml' --session`");
});
