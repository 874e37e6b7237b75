import { runHelper } from "./engine";

/** Shell functions of the wiring helper; each works on one cable: PID and interface at both ends. The helper sees the host's processes. */
const LIBRARY = `
# A name for a machine's network namespace, so that ip tells where an interface's peer is. Fails where the machine has just gone.
name() { [ -e "/run/netns/p$1" ] || ip netns attach "p$1" "$1"; }
line() { nsenter -t "$1" -n ip -o link show dev "$2" 2>/dev/null; }
# Own index, the peer's, and the peer's namespace.
index() { sed -n 's/^\\([0-9]*\\): [^@]*@if\\([0-9]*\\):.*link-netns \\([^ \\\\]*\\).*/\\1 \\2 \\3/p'; }
peers() {
  name "$1" && name "$3" || return 1; ax=$(line "$1" "$2") || return 1; bx=$(line "$3" "$4") || return 1
  x=$(echo "$ax" | index); y=$(echo "$bx" | index); own=\${x%% *}; other=\${y%% *}
  [ "$x" = "$own $other p$3" ] && [ "$y" = "$other $own p$1" ]
}
drop() { nsenter -t "$1" -n ip link del dev "$2" 2>/dev/null || true; }
cable() { peers "$1" "$2" "$3" "$4" || { drop "$1" "$2"; drop "$3" "$4"; join "$@"; }; }
join() {
  ip link add name "$2" mtu "$5" address "$6" netns "$1" type veth peer name "$4" mtu "$5" address "$7" netns "$3"
  peers "$1" "$2" "$3" "$4" || { echo "the new interfaces are not each other's peers"; exit 1; }
}
set_end() { nsenter -t "$1" -n ip link set dev "$2" mtu "$3" "$4"; }
unshape() { case $(nsenter -t "$1" -n tc qdisc show dev "$2") in *netem*) nsenter -t "$1" -n tc qdisc del dev "$2" root;; esac; }
shape() { p=$1; i=$2; shift 2; nsenter -t "$p" -n tc qdisc replace dev "$i" root netem "$@"; }
show() { peers "$1" "$2" "$3" "$4" && { echo "$ax"; echo "$bx"; }; }
`;
const MARK = "@@fabriclab";
const GATHER_MS = 40;

/** A script over the functions above; it stops at its first failing command. */
export interface Job {
  readonly script: string;
  readonly image: string;
  readonly lab: string;
}
interface Queued extends Job {
  resolve(text: string): void;
  reject(error: Error): void;
}

/** Each job's output and exit status out of the helper's; null for one that did not get its turn. */
export function outcomes(output: string, count: number): ({ text: string; status: number } | null)[] {
  let from = 0;
  return Array.from({ length: count }, (_, i) => {
    const found = new RegExp(`^${MARK} ${i} (\\d+)$`, "m").exec(output);
    if (found === null) return null;
    const text = output.slice(from, found.index).trim();
    from = found.index + found[0].length;
    return { text, status: Number(found[1]) };
  });
}

export const batchScript = (scripts: readonly string[]): string =>
  `${LIBRARY}${scripts.map((s, i) => `( set -e; ${s} ) 2>&1; echo "${MARK} ${i} $?"`).join("\n")}\n`;

let queue: Queued[] = [];
/**
 * Runs a job in a helper container in the host's network and process namespaces, so that nothing needs to be root on the host. Jobs asked for within
 * moments share one: starting it costs more than all their work.
 *
 * @returns what the job printed.
 * @throws Error with that when it fails.
 */
export function inHelper(job: Job): Promise<string> {
  return new Promise((resolve, reject) => {
    if (queue.length === 0)
      setTimeout(() => {
        const jobs = queue;
        queue = [];
        void run(jobs);
      }, GATHER_MS);
    queue.push({ ...job, resolve, reject });
  });
}

async function run(jobs: readonly Queued[]): Promise<void> {
  try {
    const { lab, image } = jobs[0]!;
    const output = await runHelper(lab, image, batchScript(jobs.map((j) => j.script)), {
      NetworkMode: "host",
      PidMode: "host",
      CapAdd: ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"],
    });
    outcomes(output, jobs.length).forEach((outcome, i) => {
      if (outcome === null) jobs[i]!.reject(new Error("the wiring helper ended early"));
      else if (outcome.status === 0) jobs[i]!.resolve(outcome.text);
      else jobs[i]!.reject(new Error(outcome.text || "failed"));
    });
  } catch (error) {
    for (const job of jobs) job.reject(error as Error);
  }
}
