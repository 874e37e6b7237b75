import { spawnSync } from "node:child_process";
import { shellWord } from "../../../common/shell-word";

test.each(["plain", "a b", "it's", "", "$HOME", "`id`", "a\nb", "-n", "tcp port 179", '"', "a;b&c|d<e>f(g)*?~#\\"])(
  "the shell reads %j as one word",
  (text) => {
    const { stdout } = spawnSync("sh", ["-c", `printf '%s' ${shellWord(text)}`], { encoding: "utf8" });
    expect(stdout).toBe(text);
  },
);

test("a word that needs no quotes has none", () => {
  expect(shellWord("/etc/hosts")).toBe("/etc/hosts");
});
