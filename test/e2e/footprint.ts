/**
 * What one lab has on this machine, and nothing else: other labs and foreign containers may come and go meanwhile.
 *
 * A lab is known by its label, its names and its state files; its processes by the ids of its containers, by its management subnet, and by a mark in
 * the environment of everything that a test started.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import Docker from "dockerode";
import { readSetup } from "../../pulumi/environment";

export const docker = new Docker();

/** Set in the environment of every process that this test file starts; children inherit it. */
export const RUN_MARK = { FABRICLAB_TEST_RUN: `${process.pid}-${Date.now()}` } as const;

const LABEL = "fabriclab.owner";
const ownerOf = (stack: string): string => `fabriclab/${stack}`;

/** The lab that is looked for. */
export interface Sought {
  readonly root: string;
  readonly name: string;
  /** Management subnet, a /24. */
  readonly subnet: string;
}

/** What only a running lab can tell, to be asked before it is destroyed. */
export interface Marks {
  /** Ids of its containers. */
  readonly containers: readonly string[];
  /** Interfaces of the host: the bridge of its network, and what is plugged into it. */
  readonly interfaces: readonly string[];
}

/** The kinds of things that a running lab has: the first word of each line of `belongings`. */
export const KINDS = ["container", "network", "interface", "tree", "file", "process"] as const;

/** A thing is the lab's by label; without a label by name. What another lab has labelled is that lab's, also where its name begins alike. */
const isOf = (stack: string, labels: Record<string, string> | undefined, name: string): boolean => {
  const label = labels?.[LABEL];
  const own = `fabriclab-${stack}`;
  return label === undefined ? name === own || name.startsWith(`${own}-`) : label === ownerOf(stack);
};

const containersOf = async (stack: string): Promise<Docker.ContainerInfo[]> =>
  (await docker.listContainers({ all: true })).filter((each) =>
    isOf(stack, each.Labels, (each.Names[0] ?? "").replace(/^\//, "")),
  );
const networksOf = async (stack: string): Promise<Docker.NetworkInspectInfo[]> =>
  (await docker.listNetworks()).filter((each) => isOf(stack, each.Labels, each.Name));

export async function marksOf({ name }: Sought): Promise<Marks> {
  const bridges = (await networksOf(name)).map(({ Id }) => `br-${Id.slice(0, 12)}`);
  const plugged = bridges.map((bridge) => `/sys/class/net/${bridge}/brif`).filter((dir) => existsSync(dir));
  return {
    containers: (await containersOf(name)).map(({ Id }) => Id),
    interfaces: [...bridges, ...plugged.flatMap((dir) => readdirSync(dir))],
  };
}

/** Every trace of the lab, a line each, sorted. */
export async function belongings(lab: Sought, marks: Marks): Promise<string[]> {
  const { name } = lab;
  return [
    ...(await containersOf(name)).map((each) => `container ${each.Names[0]}`),
    ...(await networksOf(name)).map((each) => `network ${each.Name}`),
    ...readdirSync("/sys/class/net")
      .filter((each) => marks.interfaces.includes(each))
      .map((each) => `interface ${each}`),
    ...treesOf(lab).map((each) => `tree ${each}`),
    ...filesOf(lab).map((each) => `file .fabriclab/${each}`),
    ...processesOf(lab, marks).map((each) => `process ${each}`),
  ].sort();
}

/** Folders of the lab's machines in the volume that set-up made. */
function treesOf({ root, name }: Sought): string[] {
  const { images, imageStore } = readSetup(root);
  const listed = spawnSync(
    "docker",
    ["run", "--rm", "--network", "none", "--security-opt", "seccomp=unconfined", "--entrypoint", "ls"].concat([
      "-v",
      `${imageStore.volume}:/store:ro`,
      images.node,
      "/store",
      "/store/machines",
    ]),
    { encoding: "utf8" },
  );
  // Without any machine there is no folder of machines; the store itself must be seen.
  if (!listed.stdout.includes("seed")) throw new Error(`the image store can't be listed: ${listed.stderr}`);
  return listed.stdout.split("\n").filter((line) => line.startsWith(`${ownerOf(name).replace("/", ".")}.`));
}

/** Files of the checkout's .fabriclab that bear the stack's name: its state, backups, history, locks and working stack file. */
function filesOf({ root, name }: Sought): string[] {
  const own = new RegExp(`(^|/)(Pulumi\\.)?${name.replace(/\./g, "\\.")}(\\.(json|yaml)[^/]*)?(/|$)`);
  const dir = path.join(root, ".fabriclab");
  return existsSync(dir)
    ? readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((file) => own.test(file))
    : [];
}

/** The engine's processes for the lab's containers, and whatever a test's own commands left running. */
function processesOf({ subnet }: Sought, { containers }: Marks): string[] {
  const address = `-container-ip ${subnet.replace(/0\/24$/, "")}`;
  const mark = `FABRICLAB_TEST_RUN=${RUN_MARK.FABRICLAB_TEST_RUN}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      const args = procFile(pid, "cmdline").join(" ").trim();
      const own =
        containers.some((id) => args.includes(id)) || args.includes(address) || procFile(pid, "environ").includes(mark);
      return own ? [args.slice(0, 160)] : [];
    });
}

/** The parts of one of a process's files; none where the process has ended. */
function procFile(pid: string, name: "cmdline" | "environ"): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0");
  } catch {
    return []; // it ended meanwhile, or is another user's
  }
}
