import { attached, capture } from "../../../common/process";

const options = { cwd: "/", env: { PATH: process.env.PATH ?? "/usr/bin:/bin" } };
const shell = (script: string): ReturnType<typeof capture> => capture("sh", ["-c", script], options);

test("a program's output is kept as it is, and its exit status", async () => {
  expect(await shell("printf 'out\\n\\n'; printf err >&2; exit 3")).toEqual({
    code: 3,
    stdout: "out\n\n",
    stderr: "err",
  });
});

test("a program that a signal ended has 128 and the signal's number", async () => {
  expect((await shell("kill -TERM $$")).code).toBe(143);
  expect((await shell("kill -USR1 $$")).code).toBe(138);
});

test("a program sees the environment given and nothing else", async () => {
  process.env.FABRICLAB_TEST_LEAK = "1";
  try {
    expect((await shell("echo ${FABRICLAB_TEST_LEAK:-none}")).stdout).toBe("none\n");
  } finally {
    delete process.env.FABRICLAB_TEST_LEAK;
  }
});

test("a character whose bytes come in two chunks is one character", async () => {
  const halves = "printf '\\342\\202'; sleep 0.2; printf '\\254'; printf '\\303' >&2; sleep 0.2; printf '\\244' >&2";
  expect(await shell(halves)).toEqual({ code: 0, stdout: "€", stderr: "ä" });
});

test("a program that is not there is told by the system's code", async () => {
  const missing = { code: "ENOENT" };
  await expect(capture("fabriclab-no-such-program", [], options)).rejects.toMatchObject(missing);
  await expect(attached("fabriclab-no-such-program", [], options)).rejects.toMatchObject(missing);
  await expect(attached("fabriclab-no-such-program", [], { ...options, leaveOut: /x/ })).rejects.toMatchObject(missing);
});

test("lines that nobody reads are left out, all others come before the status does", async () => {
  const seen: string[] = [];
  const stdout = { write: (text: string) => seen.push(text) } as unknown as NodeJS.WriteStream;
  const many =
    "for i in $(seq 2000); do echo line $i; echo noise $i; done; printf 'lin'; printf 'e \\342'; sleep 0.1; printf '\\202\\254'";
  expect(await attached("sh", ["-c", many], { ...options, stdout, leaveOut: /^noise / })).toBe(0);
  expect(seen).toHaveLength(2001);
  expect(seen.at(-1)).toBe("line €\n");
});

test("SIGTERM is passed on as an interrupt, and the program's own end is told", async () => {
  const running = attached("sh", ["-c", "trap 'exit 7' INT; for i in $(seq 100); do sleep 0.05; done"], options);
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.emit("SIGTERM");
  expect(await running).toBe(7);
});
