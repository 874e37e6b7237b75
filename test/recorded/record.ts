/**
 * `node dist/test/recorded/record.js STACK FILE NAME`: runs every check on the running lab of a stack and keeps what its machines answered as
 * test/fixtures/verify/NAME.yaml. FILE is the stack file that the lab was built from. Nothing is kept of a lab that is not as predicted.
 */
import { writeFileSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { openLab } from "../../pulumi/lab";
import type { Result } from "../../ssh/client";
import { SshAccess } from "../../verify/access";
import { CHECKS } from "../../verify/checks";
import { runChecks } from "../../verify/run";
import type { LabAccess, CommandOptions } from "../../verify/types";
import { parseFacts } from "../../configuration/facts";
import { CLUSTER_ID, RACK_LABEL, REFLECTOR_LABEL } from "../../plan/render";
import { keyOf, withStatus, type Answers } from "./answers";

const root = path.join(__dirname, "..", "..", "..");

class Recorder implements LabAccess {
  answers: Answers = {};
  constructor(private readonly inner: SshAccess) {}
  get plan(): LabAccess["plan"] {
    return this.inner.plan;
  }
  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.inner.once(key, work);
  }
  async run(machine: string, command: string, options?: CommandOptions): Promise<Result> {
    const result = await this.inner.run(machine, command, options);
    const key = keyOf(command);
    const text = key.startsWith("kubectl")
      ? shortened(result.stdout)
      : key === "look"
        ? shortenedLook(result.stdout)
        : result.stdout;
    (this.answers[machine] ??= {})[key] = withStatus(text, result.code ?? 1);
    return result;
  }
  forget(): void {
    this.answers = {};
    this.inner.forget();
  }
}

/** Of Kubernetes objects only what checks read: the whole would be a megabyte, most of it of no use to a reader. */
const KEPT: Record<string, readonly string[]> = {
  "": ["items", "kind", "apiVersion", "metadata", "spec", "status"],
  metadata: ["name", "namespace", "labels", "annotations", "deletionTimestamp"],
  labels: ["app", "k8s-app", RACK_LABEL, REFLECTOR_LABEL],
  annotations: ["projectcalico.org/ASNumber", CLUSTER_ID],
  spec: [
    "nodeName",
    "hostNetwork",
    "replicas",
    "clusterIP",
    "cidr",
    "blockSize",
    "vxlanMode",
    "ipipMode",
    "node",
  ].concat(["state", "deleted"]),
  status: ["conditions", "nodeInfo", "addresses", "phase", "podIP", "replicas", "readyReplicas", "containerStatuses"],
  nodeInfo: ["kubeletVersion"],
  conditions: ["type", "status", "reason"],
  addresses: ["type", "address"],
  containerStatuses: ["state"],
  state: ["waiting"],
  waiting: ["reason"],
};

/** Objects of which the whole specification is compared. */
const isCompared = ({ kind, apiVersion = "" }: { kind?: string; apiVersion?: string }): boolean =>
  kind === "Service" || apiVersion.startsWith("crd.projectcalico.org/");

function kept(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((each) => kept(each, name === "items" ? "" : name));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => KEPT[name]?.includes(key) ?? false)
      .map(([key, each]) => [key, key === "spec" && isCompared(value) ? each : kept(each, key)]),
  );
}

/** An object a line. */
function shortened(text: string): string {
  const { items } = kept(JSON.parse(text), "") as { items: unknown[] };
  return `{"items": [\n${items.map((each) => JSON.stringify(each)).join(",\n")}\n]}\n`;
}

/** Of what a machine tells of itself, the parts that are not compared stay out: a node's images, the chains of Felix and kube-proxy. */
function shortenedLook(text: string): string {
  return [...parseFacts(text)]
    .map(([name, { status, text: seen }]) => {
      const short =
        seen === ""
          ? ""
          : name.startsWith("node:")
            ? JSON.stringify(kept(JSON.parse(seen), ""))
            : name === "deployments" || name === "objects"
              ? shortened(seen).trimEnd()
              : name === "firewall"
                ? seen.split("\n").filter(isBuiltIn).join("\n")
                : seen;
      const lines = short === "" ? 0 : short.split("\n").length;
      return `${lines} ${name} ${status}\n${lines === 0 ? "" : `${short}\n`}`;
    })
    .join("");
}

const isBuiltIn = (line: string): boolean =>
  /^(\*|COMMIT)/.test(line) || /^(:|-A )(INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)\b/.test(line);

async function main([stack, file, name]: readonly string[]): Promise<void> {
  if (stack === undefined || file === undefined || name === undefined)
    throw new Error("usage: record.js STACK FILE NAME");
  const { plan, machines } = await openLab(root, stack);
  const access = new SshAccess(plan, machines);
  const recorder = new Recorder(access);
  try {
    const report = await runChecks(recorder, CHECKS, { wait: 30 }, () => recorder.forget());
    if (!report.ok) throw new Error(`lab ${stack} is not as predicted: nothing is recorded`);
  } finally {
    await access.close();
  }
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const answers = Object.fromEntries(
    Object.entries(recorder.answers)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([machine, each]) => [
        machine,
        Object.fromEntries(Object.entries(each).sort(([a], [b]) => a.localeCompare(b))),
      ]),
  );
  const target = path.join(root, "test", "fixtures", "verify", `${name}.yaml`);
  writeFileSync(target, stringify({ lab: config["fabriclab:lab"], answers }, { lineWidth: 0 }));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
