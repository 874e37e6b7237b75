import * as fc from "fast-check";
import { parse, parseAllDocuments } from "yaml";
import { kubeadmInit, kubeadmJoin } from "../../../../plan/render";
import { nodesOf } from "../../../../plan/lookup";
import { yamlText } from "../../../../plan/render/yaml";
import { planOf, smallLab } from "../labs";

/** Texts that YAML 1.1 takes for something else (https://yaml.org/type/). */
const OTHERS = [
  "off",
  "no",
  "on",
  "yes",
  "y",
  "n",
  "null",
  "~",
  "1e3",
  "0123",
  "12:30",
  "0x1f",
  "1_000",
  "2020-01-01",
  "0b1",
  "0o7",
  ".5",
  "",
];

const read = (text: string, version: "1.1" | "1.2"): unknown => parse(text, { version });

test.each(OTHERS)("%j stays a text, for readers of YAML 1.1 and 1.2", (text) => {
  const written = yamlText({ key: text, list: [text], [text]: "as a key" });
  for (const version of ["1.1", "1.2"] as const)
    expect(read(written, version)).toEqual({ key: text, list: [text], [text]: "as a key" });
});

test("any text, number and truth value is read as what was written", () => {
  const value = fc.oneof(fc.string(), fc.constantFrom(...OTHERS), fc.integer(), fc.boolean());
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-zA-Z0-9.:_-]+$/), value), (given) => {
      for (const version of ["1.1", "1.2"] as const) expect(read(yamlText(given), version)).toEqual({ ...given });
    }),
    { numRuns: 500 },
  );
});

test.each(["off", "no", "null", "1e3", "0123"])(
  "kubeadm's files of a lab called %s hold its name as a text",
  (name) => {
    const plan = planOf({ ...smallLab(), name });
    const worker = nodesOf(plan).find(({ role }) => role === "worker")!;
    const files = [
      kubeadmInit(plan),
      kubeadmJoin(plan, worker.name, { token: "abcdef.0123456789abcdef", caCertHash: "00" }),
    ];
    for (const file of files) {
      const [old, now] = (["1.1", "1.2"] as const).map((version) =>
        parseAllDocuments(file, { version }).map((each) => (each as { toJS(): unknown }).toJS()),
      );
      expect(old).toEqual(now);
    }
    expect(JSON.stringify(parseAllDocuments(files[0]!, { version: "1.1" }))).toContain(`"clusterName":"${name}"`);
  },
);
