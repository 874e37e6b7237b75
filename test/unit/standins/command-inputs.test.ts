import { diffInputs, stateOf } from "../../../standins/command/command";
import { checkCommandInputs } from "../../../standins/command/inputs";
import { redactor } from "../../../standins/command/output";
import { hasSecret, secret, UNKNOWN } from "../../../provider/protocol/values";

const reasons = (...args: Parameters<typeof checkCommandInputs>): string[] =>
  checkCommandInputs(...args).map((f) => f.reason);

describe("inputs of the command stand-in", () => {
  test("every property of the official plugin is taken", () => {
    expect(
      reasons("local", {
        create: "a",
        update: "b",
        delete: "c",
        stdin: "d",
        dir: "e",
        interpreter: ["f"],
        environment: { g: "h" },
        triggers: [1, null, { i: 2 }],
        addPreviousOutputInEnv: false,
        logging: "none",
      }),
    ).toEqual([]);
    expect(
      reasons("remote", {
        create: "a",
        connection: secret({
          host: "h",
          port: 22,
          user: "u",
          privateKey: "k",
          privateKeyPassword: "p",
          password: "w",
          agentSocketPath: "s",
          dialErrorLimit: -1,
          perDialTimeout: 0,
          hostKey: "x",
        }),
      }),
    ).toEqual([]);
    expect(
      reasons("copy", { connection: { host: "h" }, remotePath: "/x", source: { path: "/y" }, triggers: [] }),
    ).toEqual([]);
  });

  test("unknown values and nulls are no fault", () => {
    expect(reasons("remote", { create: UNKNOWN, connection: UNKNOWN, environment: null, triggers: UNKNOWN })).toEqual(
      [],
    );
  });

  test("every fault at once, each with its property", () => {
    expect(
      checkCommandInputs("remote", { create: 5, interpreter: ["x"], connection: { port: "22", proxy: {} } }).map(
        (f) => f.property,
      ),
    ).toEqual(["create", "interpreter", "connection.host", "connection.port", "connection.proxy"]);
    expect(reasons("copy", {})).toEqual(["connection: required", "remotePath: required", "source: required"]);
  });

  test("what only the official plugin does is refused with its name", () => {
    expect(reasons("local", { assetPaths: ["*"] })).toEqual([
      "assetPaths: not provided by this stand-in for the `command` plugin; install the official one (pulumi plugin install resource command v1.2.1)",
    ]);
  });

  test("a message never holds the value of a connection's property", () => {
    expect(
      JSON.stringify(checkCommandInputs("remote", { connection: { host: "h", privateKey: ["very-private"] } })),
    ).not.toMatch(/very-private/);
  });
});

describe("differences and state", () => {
  test("triggers replace, other inputs update, ignored ones do neither", () => {
    const found = diffInputs(
      { triggers: ["a", "b"], environment: { X: "1", Y: "1" } },
      { triggers: ["a", "c"], environment: { X: "2", Y: "2" } },
      ["environment.Y"],
    );
    expect([[...found.changes.keys()], found.replace]).toEqual([["environment.X", "triggers[1]"], ["triggers[1]"]]);
  });

  test("a secret and its value in clear do not differ", () =>
    expect(diffInputs({ stdin: secret("x") }, { stdin: "x" }, []).changes.size).toBe(0));

  test("one secret input makes everything secret; none makes nothing", () => {
    const state = stateOf({ create: "a", environment: { P: secret("x") } }, { stdout: "out", stderr: "" });
    expect(Object.values(state).every(hasSecret)).toBe(true);
    expect(state.environment).toEqual(secret({ P: "x" }));
    expect(hasSecret(stateOf({ create: "a" }, { stdout: "out", stderr: "" }))).toBe(false);
  });
});

describe("secrets in messages", () => {
  test("are taken out, whole or line by line, longest first", () => {
    const redact = redactor({
      stdin: secret("first-line\nsecond-line"),
      environment: { A: secret("token-1234"), B: secret("token-1234-longer"), C: "open-value" },
    });
    expect(redact("got second-line, token-1234-longer, token-1234, open-value")).toBe(
      "got [secret], [secret], [secret], open-value",
    );
  });

  test.each([
    ["abcd", "password abcd, abcdef, xabcd and (abcd)", "password [secret], abcdef, xabcd and ([secret])"],
    ["a", "a cat has a tail", "[secret] cat has [secret] tail"],
    ["p$1", "was p$1, not p$11", "was [secret], not p$11"],
    ["!?", "wow!?", "wow[secret]"],
    ["abcd\n", "got abcd", "got [secret]"],
  ])("that are short (%j) are taken out where they are words of their own", (value, text, shown) => {
    expect(redactor({ environment: { A: secret(value) } })(text)).toBe(shown);
  });

  test("of several lines leave punctuation readable", () => {
    expect(redactor({ stdin: secret("!\npin1\n---\n") })("! pin1 ---")).toBe("! [secret] ---");
  });

  test("of the connection only what opens it: host and user stay readable", () => {
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabcdefgh\n-----END OPENSSH PRIVATE KEY-----\n";
    const redact = redactor({
      connection: secret({ host: "machine-one", user: "somebody", privateKey: key, password: "pass-word" }),
    });
    expect(redact("somebody@machine-one: abcdefgh pass-word")).toBe("somebody@machine-one: [secret] [secret]");
  });
});
