/**
 * The floor to compare `pulumi up` with: the same lab, from the same images and the same rendered files, started by the plainest means: the docker
 * command line, one shell for the cables, `docker exec` for the rest. No state, no checks, no clean-up but the last function here.
 */
import execa from "execa";
import { createJoinToken, joinCluster, makeCluster } from "../components/scripts";
import { API_PORT, kubeadmInit, kubeadmJoin, nodeFiles, switchFiles } from "../plan/render";
import { nodesOf } from "../plan/lookup";
import type { ClusterLabPlan } from "../plan/cluster";
import { filesProgram, type Program } from "../provider/configuration/programs";

const PREFIX = "fabriclab-bench-";

export interface PlainArgs {
  readonly plan: ClusterLabPlan;
  readonly switchImage: string;
  readonly nodeImage: string;
  readonly storeVolume: string;
  readonly calicoYaml: string;
  readonly poolYaml: string;
}

async function docker(args: string[], input?: string): Promise<string> {
  const { stdout } = await execa("docker", args, { maxBuffer: Infinity, ...(input === undefined ? {} : { input }) });
  return stdout.trim();
}

const inside = (machine: string, script: string, input = ""): Promise<string> =>
  docker(["exec", "-i", PREFIX + machine, "sh", "-c", script], input);
const configured = (machine: string, { text, stdin }: Program): Promise<string> => inside(machine, text, stdin);
const kubectl = (plan: ClusterLabPlan, args: string, input = ""): Promise<string> =>
  inside(plan.cluster.controlPlane, `kubectl --kubeconfig /etc/kubernetes/admin.conf ${args}`, input);

const CAPABILITIES = (
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW " +
  "IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE " +
  "AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ"
).split(" ");
const FLAGS = [
  ...CAPABILITIES.flatMap((c) => ["--cap-add", c]),
  ...["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"].flatMap((o) => ["--security-opt", o]),
  "--sysctl",
  "net.ipv6.conf.all.disable_ipv6=0",
  "--cgroupns=private",
  "--tmpfs",
  "/run:exec",
  "--tmpfs",
  "/tmp:exec",
  "--pids-limit",
  "-1",
  "--device-cgroup-rule",
  "a *:* rwm",
  "-e",
  "container=docker",
];

/** Runs shell text where the image store lies at /s. */
const inStore = ({ storeVolume, nodeImage }: PlainArgs, text: string): Promise<unknown> =>
  docker(["run", "--rm", "--network", "none", "--entrypoint", "sh", "-v", `${storeVolume}:/s`, nodeImage, "-c", text]);

async function machines(a: PlainArgs): Promise<void> {
  const store = await docker(["volume", "inspect", "-f", "{{.Mountpoint}}", a.storeVolume]);
  const seeds = nodesOf(a.plan).map(
    (n) =>
      `d=/s/machines/${PREFIX}${n.name}; rm -rf $d; cp -al /s/seed/containerd $d; (cd $d; find . -name '*.db' | while read f; do cp $f $f.new; mv $f.new $f; done)`,
  );
  await inStore(a, `mkdir -p /s/machines; ${seeds.join("; ")}`);
  const boot = (name: string, hostname: string, image: string, extra: string[]): Promise<string> =>
    docker([
      "run",
      "-d",
      "--name",
      PREFIX + name,
      "--hostname",
      hostname,
      "--network",
      "none",
      ...FLAGS,
      ...extra,
      image,
    ]);
  await Promise.all([
    ...a.plan.switches.map((s) => boot(s.name, s.hostname, a.switchImage, [])),
    ...nodesOf(a.plan).map((n) =>
      boot(n.name, n.hostname, a.nodeImage, ["-v", `${store}/machines/${PREFIX}${n.name}:/var/lib/containerd`]),
    ),
  ]);
}

async function cables(a: PlainArgs): Promise<void> {
  const pid = new Map<string, string>();
  for (const m of [...a.plan.switches, ...nodesOf(a.plan)])
    pid.set(m.name, await docker(["inspect", "-f", "{{.State.Pid}}", PREFIX + m.name]));
  const lines = a.plan.links.map((l) => {
    const [p, q] = [pid.get(l.a.machine), pid.get(l.b.machine)];
    return `ip link add x0 netns ${p} mtu ${l.mtu} type veth peer name x1 netns ${q}; nsenter -t ${p} -n ip link set x0 name ${l.a.interface} up; nsenter -t ${q} -n ip link set x1 name ${l.b.interface} up`;
  });
  await docker([
    "run",
    "--rm",
    "--network",
    "host",
    "--pid",
    "host",
    "--cap-add",
    "NET_ADMIN",
    "--cap-add",
    "SYS_ADMIN",
    "--cap-add",
    "SYS_PTRACE",
    "--security-opt",
    "apparmor=unconfined",
    "--security-opt",
    "seccomp=unconfined",
    "--entrypoint",
    "sh",
    a.switchImage,
    "-c",
    `set -e; ${lines.join("; ")}`,
  ]);
}

async function join(plan: ClusterLabPlan): Promise<void> {
  const [, token, caCertHash] = /--token (\S+) --discovery-token-ca-cert-hash (\S+)/.exec(
    await inside(plan.cluster.controlPlane, createJoinToken),
  )!;
  await Promise.all(
    nodesOf(plan)
      .filter((n) => n.role === "worker")
      .map((n) =>
        inside(
          n.name,
          joinCluster(plan.cluster.apiAddress, API_PORT),
          kubeadmJoin(plan, n.name, { token: token!, caCertHash: caCertHash! }),
        ),
      ),
  );
}

/** Starts the lab; seconds since the start at the end of each part. */
export async function plainUp(a: PlainArgs): Promise<Record<string, number>> {
  const begun = Date.now();
  const at: Record<string, number> = {};
  const part = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    await work();
    at[name] = (Date.now() - begun) / 1000;
  };
  await part("machines", () => machines(a));
  await part("wiring", () => cables(a));
  await part("configured", () =>
    Promise.all([
      ...a.plan.switches.map((s) => configured(s.name, filesProgram(switchFiles(a.plan, s.name), "replace"))),
      ...nodesOf(a.plan).map((n) => configured(n.name, filesProgram(nodeFiles(a.plan, n.name), null))),
    ]),
  );
  await part("init", () => inside(a.plan.cluster.controlPlane, makeCluster, kubeadmInit(a.plan)));
  await part("joins", () => join(a.plan));
  await part("calico", async () => {
    await kubectl(a.plan, "apply -f -", a.calicoYaml);
    await kubectl(a.plan, "wait --for=condition=Established crd/ippools.crd.projectcalico.org --timeout=60s");
    await kubectl(a.plan, "apply -f -", a.poolYaml);
    await kubectl(a.plan, "wait --for=condition=Ready nodes --all --timeout=120s");
    await kubectl(a.plan, "-n kube-system rollout status ds/calico-node --timeout=120s");
    await kubectl(a.plan, "-n kube-system rollout status deploy/calico-kube-controllers --timeout=120s");
  });
  return at;
}

export async function plainDown(a: PlainArgs): Promise<void> {
  const names = [...a.plan.switches, ...nodesOf(a.plan)].map((m) => PREFIX + m.name);
  await docker(["rm", "-f", "-v", ...names]);
  await inStore(a, `rm -rf /s/machines/${PREFIX}*`);
}
