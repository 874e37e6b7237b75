import { existsSync } from "node:fs";
import { built, suite } from "./binaries";
import { Workspace } from "./workspace";

suite({ pulumi: built("pulumi", "pulumi") })("command:local:Command with a real engine", () => {
  let w: Workspace;
  beforeAll(async () => {
    w = await Workspace.open();
  });
  afterAll(async () => {
    await w?.close();
  });

  const program = (args: string): void =>
    w.program(`
    const c = new command.local.Command("c", { ${args} });
    exports.out = c.stdout;`);
  const journal = (what: string): string =>
    `echo "${what} [$PULUMI_COMMAND_STDOUT] $FLAVOUR" >> ${w.file("journal")}; echo "${what} done"`;

  test("a preview runs nothing, and its output is not known", async () => {
    w.program(`const c = new command.local.Command("c", { create: ${JSON.stringify(journal("create"))} });
      new command.local.Command("after", { create: c.stdout });`);
    const { c, after } = await w.preview();
    expect(c!.op).toBe("create");
    expect(after!.newState!.inputs!.create).toBe("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    expect(existsSync(w.file("journal"))).toBe(false);
  });

  test("create, update with the last output at hand, replace by triggers, delete", async () => {
    const all = `create: ${JSON.stringify(journal("create"))}, update: ${JSON.stringify(journal("update"))}, delete: ${JSON.stringify(journal("delete"))}`;
    program(`${all}, environment: { FLAVOUR: "plain" }, triggers: [1]`);
    await w.up();
    expect((await w.state()).c!.outputs).toMatchObject({ stdout: "create done", stderr: "" });
    program(`${all}, environment: { FLAVOUR: "sweet" }, triggers: [1]`);
    const step = (await w.preview()).c!;
    expect(step.op).toBe("update");
    expect(step.detailedDiff).toEqual({
      "environment.FLAVOUR": expect.objectContaining({ kind: "update" }) as unknown,
    });
    await w.up();
    expect((await w.state()).c!.outputs!.stdout).toBe("update done");
    program(`${all}, environment: { FLAVOUR: "sweet" }, triggers: [2]`);
    const replaced = await w.pulumi(["preview", "--json"]);
    const { steps } = JSON.parse(replaced.stdout) as {
      steps: { op: string; replaceReasons?: string[]; detailedDiff?: Record<string, { kind: string }> }[];
    };
    expect(steps.find((s) => s.op === "replace")!.detailedDiff).toEqual({
      "triggers[0]": expect.objectContaining({ kind: "update-replace" }) as unknown,
    });
    await w.up();
    program("create: 'true'");
    w.program("");
    await w.up();
    expect(w.read("journal").split("\n")).toEqual([
      "create [] plain",
      "update [create done] sweet",
      "create [] sweet",
      "delete [update done] sweet",
      "delete [create done] sweet",
      "",
    ]);
  });

  test("nothing changed: no step, nothing run", async () => {
    program(`create: "echo x >> ${w.file("once")}"`);
    await w.up();
    const { stdout } = await w.up();
    expect(stdout).toMatch(/2 unchanged/);
    expect(w.read("once")).toBe("x\n");
  });

  test("a failure shows status, command and output; what went in as a secret stays out of it", async () => {
    program(
      `create: pulumi.secret("echo the-pass-word; echo broken >&2; exit 3"), environment: { P: pulumi.secret("the-pass-word") }`,
    );
    const said = await w.fails();
    expect(said).toMatch(/exit status 3/);
    expect(said).toMatch(/broken/);
    expect(said).not.toMatch(/the-pass-word/);
  });

  test("a secret input makes outputs secret, and the state holds none of it in clear", async () => {
    program(`create: "cat; echo $EXTRA", stdin: pulumi.secret("hush-hush"), environment: { EXTRA: "open" }`);
    await w.up();
    expect(await w.rawState()).not.toMatch(/hush-hush/);
    const { outputs } = (await w.state(true)).c!;
    expect(JSON.stringify(outputs!.stdout)).toMatch(/hush-hush/);
  });

  test("inputs that are wrong are refused all at once, before anything runs", async () => {
    w.program(`new command.local.Command("c", { create: 5, logging: "loud", assetPaths: ["*"] });`);
    const said = (await w.pulumi(["preview"], null)).stdout;
    expect(said).toMatch(/create: wants a string/);
    expect(said).toMatch(/logging: wants stdout, stderr, stdoutAndStderr or none/);
    expect(said).toMatch(/assetPaths: not provided by this stand-in.*pulumi plugin install resource command v1\.2\.1/);
  });

  test("output is shown as it comes, unless logging says none", async () => {
    program("create: 'echo seen-by-people', logging: 'stdout'");
    expect((await w.up()).stdout).toMatch(/seen-by-people/);
    w.program(`new command.local.Command("quiet", { create: "echo kept-quiet", logging: "none" });`);
    expect((await w.up()).stdout).not.toMatch(/kept-quiet/);
  });

  test("functions are refused with the name of the official plugin", async () => {
    w.program(`exports.x = command.local.runOutput({ command: "true" }).stdout;`);
    const said = await w.pulumi(["preview"], null);
    expect(said.stdout + said.stderr).toMatch(/command:local:run: not provided by this stand-in/);
  });
});
