import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { refuseBadSpec } from "../../../cli/commands/up";
import { doubles, smallLab, twins } from "../plan/labs";

const folder = mkdtempSync(path.join(tmpdir(), "fabriclab-up-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("before it sets up anything, up", () => {
  const ask = (lab: unknown, enforce?: string): Promise<unknown> => {
    const file = path.join(folder, "Pulumi.small.yaml");
    const config = { "fabriclab:lab": lab, ...(enforce === undefined ? {} : { "fabriclab:enforce": enforce }) };
    writeFileSync(file, stringify({ config }));
    return refuseBadSpec(file);
  };

  test("passes a sound lab, whose spec says what set-up it needs", async () => {
    await expect(ask(smallLab())).resolves.toMatchObject({ name: "small", nodes: [{}, {}, {}] });
    await expect(ask({ ...smallLab(), nodes: [] })).resolves.toMatchObject({ nodes: [] });
  });

  test("leaves a broken rule to the policy pack where the stack says so", async () => {
    await expect(ask(twins, "policy")).resolves.toBeNull();
  });

  test.each<[string, unknown, string | undefined, RegExp]>([
    ["a lab that breaks a rule", twins, undefined, /65101/],
    ["a lab that breaks a rule, by the program's own word", twins, "program", /65101/],
    ["what a fixed rule refuses, whoever enforces", doubles, "policy", /node1/],
    ["what the schema refuses, whoever enforces", { ...smallLab(), fabric: 3 }, "policy", /fabric/],
    ["a stack without a lab", undefined, "policy", /fabriclab:lab/],
  ])("refuses %s", async (_, lab, enforce, message) => {
    await expect(ask(lab, enforce)).rejects.toThrow(message);
  });
});
