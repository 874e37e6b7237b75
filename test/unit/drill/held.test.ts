import { spawnSync } from "node:child_process";
import { untilReleased } from "../../../drill/held";

/** Runs a held command whose input is open for a time, in seconds. */
const held = (command: string, open: number): { status: number | null; stdout: string } =>
  spawnSync("bash", ["-c", `sleep ${open} | { ${untilReleased(command)}\n}`], { encoding: "utf8", timeout: 20_000 });

describe("a command that is held", () => {
  test("ends with its own status where it ends by itself", () => {
    expect(held("sh -c 'echo \"two  words\"; exit 4'", 0.5)).toMatchObject({ status: 4, stdout: "two  words\n" });
  });

  test("is interrupted when its input ends, and may clean up", () => {
    expect(held("sh -c 'trap \"echo cleaned up; exit 3\" INT; while :; do sleep 0.1; done'", 0.5)).toMatchObject({
      status: 3,
      stdout: "cleaned up\n",
    });
  });
});
