import { bgpPasswordProblem } from "../../../plan/bgp-password";
import { doubles, planOf, smallLab, stackValue, twins } from "../plan/labs";
import { CONFIGURATION, isSecret, runProgram } from "./program";

const withPassword = { ...stackValue("bgp"), calico: { mode: "bgp", bgp: { password: true } } };
const run = (value: unknown, config: Record<string, string> = {}): ReturnType<typeof runProgram> =>
  runProgram({ stack: "bgp", value, config });

describe("the password of BGP sessions", () => {
  test("is a secret wherever it goes: Calico's Secret, the leaves' configuration", async () => {
    const made = await run(withPassword, { "fabriclab:bgpPassword": "s3cr3t!" });
    const holders = made.all.filter(({ inputs }) => JSON.stringify(inputs).includes("s3cr3t!"));
    expect(holders.map(({ name }) => name).sort()).toEqual([
      "bgp-password",
      "leaf1-config",
      "leaf1-sessions",
      "leaf2-config",
      "leaf2-sessions",
    ]);
    for (const { type, sent } of holders)
      expect(isSecret(type === CONFIGURATION ? sent.files : sent.stringData)).toBe(true);
  });

  test("must be there, and is checked before anything is made", async () => {
    await expect(run(withPassword)).rejects.toThrow(/asks for a password and the stack has none/);
    await expect(run(withPassword, { "fabriclab:bgpPassword": "two\nlines" })).rejects.toThrow(
      "fabriclab:bgpPassword can't be the password of BGP sessions: it has a newline: only printable ASCII characters can stand in it, without blanks, double quotes and backslashes; run `pulumi config set --secret fabriclab:bgpPassword`.",
    );
  });

  test.each<[string, string | null]>([
    ["s3cr3t!", null],
    ["#!?|'`$(){}<>&;*~", null],
    ["x".repeat(80), null],
    ["", "it is empty"],
    ["x".repeat(81), "it has 81 characters, and 80 is the most that TCP MD5 takes"],
    ["a b", "it has a blank: only"],
    ['a"b', "it has a double quote: only"],
    ["a\\b", "it has a backslash: only"],
    ["a\tb\r", "it has a carriage return, a tabulator: only"],
    ["über\u0000\u007f", "it has a character that isn't printable ASCII: only"],
  ])("%j", (password, problem) => {
    const found = bgpPasswordProblem(password);
    if (problem === null) expect(found).toBeNull();
    else expect(found?.slice(0, problem.length)).toBe(problem);
  });
});

describe("fabriclab:enforce", () => {
  test("unless it says otherwise, the program refuses a lab that breaks a rule", async () => {
    await expect(run(twins)).rejects.toThrow(/2 leaves|duplicate-as|65101/);
  });

  test("policy leaves rules to the pack, and says so", async () => {
    const { said } = await run(twins, { "fabriclab:enforce": "policy" });
    expect(said).toEqual([expect.stringMatching(/^warn: .*breaks rules \(.*duplicate-as.*built unless a policy pack/)]);
  });

  test("policy still refuses what leaves nothing to build: fixed rules, the schema", async () => {
    const policy = { "fabriclab:enforce": "policy" };
    await expect(run(doubles, policy)).rejects.toThrow(/node1/);
    await expect(run({ ...smallLab(), fabric: { spines: "two", leaves: 2 } }, policy)).rejects.toThrow(
      /fabric\.spines/,
    );
  });

  test("knows no other word", async () => {
    await expect(run(twins, { "fabriclab:enforce": "both" })).rejects.toThrow('fabriclab:enforce is "both"');
  });
});

describe("a preview of a changed lab", () => {
  const plan = planOf(smallLab());
  const preview = async (before: Record<string, unknown>): Promise<readonly string[]> =>
    (
      await runProgram({
        stack: "small",
        value: { ...smallLab(), fabric: { spines: 3, leaves: 2 } },
        before,
        preview: true,
      })
    ).said;

  test("tells what becomes of sessions", async () => {
    const said = await preview({ deployedPlan: JSON.stringify(plan), planVersion: 2 });
    expect(said).toEqual([expect.stringMatching(/^info: [^]*spine3/)]);
  });

  test("says plainly that it can't where another version of fabriclab built the lab", async () => {
    const said = await preview({ deployedPlan: JSON.stringify({ of: "another form" }) });
    expect(said).toEqual([expect.stringMatching(/^info: .*is not predicted this once: another version of fabriclab/)]);
  });
});
