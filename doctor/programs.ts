import { capture } from "../common/process";
import { finding, type DoctorFinding } from "../common/finding";
import { atLeast } from "../common/version";
import { VERSIONS } from "../lab-spec/versions";
import { earlierWay, isSetUp } from "../pulumi/setup-file";

async function versionOf(program: string, args: readonly string[], pattern: RegExp): Promise<string | null> {
  const printed = await capture(program, args, { cwd: "/", env: process.env }).catch(() => null);
  return printed === null ? null : (pattern.exec(printed.stdout + printed.stderr)?.[1] ?? null);
}

/** What the provider plugins of a checkout are, where they are not Pulumi's own releases. */
function plugins(root: string): DoctorFinding[] {
  if (earlierWay(root) !== "registry") return [];
  const { pulumiKubernetes, pulumiKubernetesCommit } = VERSIONS;
  const what = `kubernetes ${pulumiKubernetes} built from commit ${pulumiKubernetesCommit}, command: a stand-in`;
  return [finding("programs", "provider plugins", what, true, { status: "ok", affects: "", remedy: "" })];
}

export async function programs(root: string): Promise<DoctorFinding[]> {
  const done = isSetUp(root);
  const [go, ssh] = await Promise.all([
    versionOf("go", ["version"], /go(\d+(?:\.\d+)+)/),
    versionOf("ssh", ["-V"], /OpenSSH_(\S+?),?\s/),
  ]);
  return [
    finding("programs", "Node.js", process.versions.node, atLeast(process.versions.node, "20.19"), {
      status: "fail",
      affects: "everything",
      remedy: "install Node.js 20.19 or newer",
    }),
    finding(
      "programs",
      "architecture",
      `${process.platform} ${process.arch}`,
      process.platform === "linux" && process.arch === "x64",
      { status: "fail", affects: "everything", remedy: "use a Linux machine with an x86-64 processor" },
    ),
    finding(
      "programs",
      "Go",
      go ?? "none",
      go !== null && atLeast(go, "1.25"),
      done
        ? { status: "warn", affects: "a further set-up from package registries", remedy: "install Go 1.25 or newer" }
        : { status: "fail", affects: "set-up from package registries", remedy: "install Go 1.25 or newer" },
    ),
    finding("programs", "set-up", done ? "done" : "not yet", done, {
      status: "warn",
      affects: "labs",
      remedy: "fabriclab setup (fabriclab up does it too)",
    }),
    ...plugins(root),
    finding("programs", "ssh client", ssh ?? "none", ssh !== null, {
      status: "warn",
      affects: "`fabriclab ssh` uses a plain built-in terminal",
      remedy: "install openssh-client",
    }),
  ];
}
