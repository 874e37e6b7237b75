import { setTimeout as sleep } from "node:timers/promises";
import { machineNames } from "../../plan/lookup";
import { endpointNamed, isSource, tracerOf, UnknownEndpointError, type PathEnd, type Path } from "../../plan/paths";
import { predictLab } from "../../plan/prediction";
import { StreamText } from "../../common/lines";
import { output } from "../../verify/access";
import type { LabAccess } from "../../verify/types";
import { Lines, untilReleased } from "../held";
import { liveOptionsWithBlocks, livePods, liveService, withAccess, type RunningLab } from "../lab";
import { tcpdumpCommand, crossingsOf, inOrder, type Mark } from "./capture";
import { pathDifferences } from "./compare";
import type { Answer, LivePath, LiveSource, TraceResult } from "./types";

/** Thrown for an end that the lab doesn't have, or that no packet can start at. */
export class BadTrace extends Error {}

/** Hops tried beyond those predicted. */
const MORE_HOPS = 3;
const ICMP_HEADER = 8;
const LISTEN_MS = 10_000;

/** What an end is in the running lab: the prediction's endpoint with the real address. */
interface LiveEnd {
  readonly endpoint: PathEnd;
  readonly predicted: PathEnd;
  readonly namespace: string | null;
  readonly port: number;
}

/**
 * Sends packets from one end to the other, watches every cable of the way, and compares with the prediction.
 *
 * @throws BadTrace for ends that are none; Error where the lab does not answer
 */
export async function traceLive(lab: RunningLab, from: string, to: string): Promise<TraceResult> {
  return withAccess(lab, async (access) => {
    const options = await liveOptionsWithBlocks(access);
    const prediction = predictLab(lab.plan, options);
    const [source, target] = await Promise.all([from, to].map((name) => endNamed(access, name, options.blocks ?? {})));
    if (source === undefined || target === undefined) throw new BadTrace("two ends are needed");
    if (source.endpoint.machine === null || (!isSource(source.endpoint) && source.endpoint.kind !== "address"))
      throw new BadTrace(`packets can't start at ${from}: name a pod, a node or another machine`);
    if (source.endpoint.kind === "pod" && source.namespace === null)
      throw new BadTrace(`${from}: no running pod has ${source.endpoint.address}`);
    if (source.endpoint.address === target.endpoint.address)
      throw new BadTrace(`${from} and ${to} are both ${target.endpoint.address}: name two ends`);
    if (source.endpoint.kind === "switch" && target.port > 0)
      throw new BadTrace(`${from}: a service is traced from a pod, a node or a host`);
    const predicted = tracerOf(lab.plan, prediction).trace(source.predicted, target.predicted);
    const live = await livePath(
      lab,
      access,
      { machine: source.endpoint.machine, namespace: source.namespace, address: source.endpoint.address },
      target,
      predicted,
    );
    const differences = pathDifferences(predicted, live);
    return { lab: lab.plan.name, from, to, predicted, live, asPredicted: differences.length === 0, differences };
  });
}

/** A pod by its node, name or address; the workload's service by its name; else as the prediction names it. */
async function endNamed(
  access: LabAccess,
  name: string,
  blocks: Parameters<typeof endpointNamed>[2],
): Promise<LiveEnd> {
  const pods = await livePods(access);
  const service = await liveService(access);
  const pod =
    pods.find((each) => each.name === name || each.address === name) ??
    pods.find((each) => `pod:${each.node}` === name);
  if (pod !== undefined) {
    const endpoint: PathEnd = { name, kind: "pod", machine: pod.node, address: pod.address, nominal: false };
    return { endpoint, predicted: endpoint, namespace: pod.namespace, port: 0 };
  }
  try {
    const isWorkload = service !== null && [service.name, `service:${service.name}`, service.address].includes(name);
    const predicted = endpointNamed(isWorkload ? `service:${service.name}` : name, access.plan, blocks);
    if (predicted.kind === "nodeport") throw new BadTrace(`${name}: ports of nodes are predicted, and not traced`);
    if (predicted.kind === "service" && !isWorkload)
      throw new BadTrace(
        `${name}: only the workload's service can be traced${service === null ? ", and there is none" : `: service:${service.name}`}`,
      );
    return {
      predicted,
      endpoint: isWorkload ? { ...predicted, address: service.address, nominal: false } : predicted,
      namespace: null,
      port: isWorkload ? service.port : 0,
    };
  } catch (error) {
    throw error instanceof UnknownEndpointError
      ? new BadTrace(`${error.message} Pods: ${pods.map((each) => each.name).join(", ")}.`)
      : error;
  }
}

async function livePath(
  lab: RunningLab,
  access: LabAccess,
  source: LiveSource,
  target: LiveEnd,
  predicted: Path,
): Promise<LivePath> {
  const { address } = target.endpoint;
  const inside = source.namespace === null ? "" : `nsenter --net=/run/netns/${source.namespace} `;
  // The random size tells this trace's packets from other packets.
  const length = 200 + Math.floor(Math.random() * 800);
  const mark: Mark =
    target.port > 0 ? { kind: "syn", source: source.address } : { kind: "echo", length: length + ICMP_HEADER };
  const machines = [
    ...new Set([
      source.machine,
      ...lab.plan.switches.map((each) => each.name),
      ...predicted.steps.flat().map((hop) => hop.at.replace(/^pod:/, "")),
    ]),
  ];
  const watch = await watching(lab, machines, tcpdumpCommand(lab.plan.calico?.vxlan.port ?? null, mark));
  try {
    const arrived =
      target.port > 0
        ? (await access.run(source.machine, `${inside}timeout 3 bash -c 'exec 5<>/dev/tcp/${address}/${target.port}'`))
            .code === 0
        : (
            await access.run(
              source.machine,
              `${inside}ping -n -c 2 -i 0.2 -W 2 -s ${length} ${bound(source)}${address}`,
            )
          ).code === 0;
    const [answers, texts] = await Promise.all([
      target.port > 0 ? [] : answersOf(access, source, inside, address, predicted),
      sleep(200).then(() => watch.stop()),
    ]);
    return {
      arrived,
      source: source.address,
      destination: address,
      answers,
      crossings: inOrder(
        machines.flatMap((machine) => crossingsOf(lab.plan, machine, texts.get(machine) ?? "", mark)),
        source.machine,
      ),
    };
  } finally {
    await watch.stop();
  }
}

/** Makes a machine send from the address that the trace names. A switch would use a link's address otherwise, which the others have no route to. */
const bound = (source: LiveSource): string => (source.namespace === null ? `-I ${source.address} ` : "");

/** Captures on machines, listening when this returns. */
async function watching(
  lab: RunningLab,
  machines: readonly string[],
  command: string,
): Promise<{ stop(): Promise<ReadonlyMap<string, string>> }> {
  const lines = new Lines(lab.machines);
  const texts = new Map(machines.map((machine) => [machine, new StreamText()]));
  const textOf = (machine: string): string => texts.get(machine)?.text ?? "";
  const marked = `exec 2>&1; ${untilReleased(command)}`;
  const held = await Promise.allSettled(
    machines.map((machine) => lines.hold(machine, marked, (data) => texts.get(machine)?.add(data))),
  );
  const stop = async (): Promise<ReadonlyMap<string, string>> => {
    await Promise.all(
      held.map(async (each) => {
        if (each.status === "fulfilled") await each.value.release();
      }),
    );
    await lines.close();
    return new Map(machines.map((machine) => [machine, textOf(machine)]));
  };
  const failed = held.find((each) => each.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  for (
    const deadline = Date.now() + LISTEN_MS;
    machines.some((machine) => !textOf(machine).includes("listening on"));
    await sleep(30)
  ) {
    if (Date.now() < deadline) continue;
    await stop();
    throw new Error(
      `no capture within ${LISTEN_MS / 1000} s on ${machines.filter((machine) => !textOf(machine).includes("listening on")).join(", ")}`,
    );
  }
  return { stop };
}

/** One echo of each TTL, all at the same time: who says that its time is exceeded. */
async function answersOf(
  access: LabAccess,
  source: LiveSource,
  inside: string,
  address: string,
  predicted: Path,
): Promise<Answer[]> {
  const most = predicted.steps.length + MORE_HOPS;
  const [text, owners] = await Promise.all([
    output(
      access,
      source.machine,
      `for t in $(seq ${most}); do { o=$(${inside}ping -n -c 1 -W 1 -t $t ${bound(source)}${address} 2>&1 | tr '\\n' '~'); printf '### %s~%s\\n' $t "$o"; } & done; wait; true`,
    ),
    addressOwners(access),
  ]);
  // Each ping is printed as one line, which bash writes at once: lines of several pings that end at the same time would mix otherwise.
  return parseEchoAnswers(text.replaceAll("~", "\n")).map((each) => ({
    ...each,
    machine: owners.get(each.address) ?? null,
  }));
}

/** The answers of each TTL up to the first that arrived. */
export function parseEchoAnswers(text: string): Omit<Answer, "machine">[] {
  const found = text
    .split(/^### /m)
    .slice(1)
    .flatMap((part): Omit<Answer, "machine">[] => {
      const ttl = Number.parseInt(part, 10);
      const reply = /bytes from ([\d.]+): icmp_seq/.exec(part);
      const exceeded = /^From ([\d.]+) icmp_seq=\d+ Time to live exceeded/m.exec(part);
      return reply !== null
        ? [{ ttl, address: reply[1] ?? "", arrived: true }]
        : exceeded !== null
          ? [{ ttl, address: exceeded[1] ?? "", arrived: false }]
          : [];
    })
    .sort((a, b) => a.ttl - b.ttl);
  const end = found.findIndex((each) => each.arrived);
  return end < 0 ? found : found.slice(0, end + 1);
}

/** Machines by every address that they have now, management and tunnels included, and pods'. */
async function addressOwners(access: LabAccess): Promise<Map<string, string>> {
  const found = await Promise.all(
    machineNames(access.plan).map(async (name) =>
      [...(await access.run(name, "ip -4 -o addr")).stdout.matchAll(/inet ([\d.]+)\//g)]
        .filter((each) => each[1] !== "127.0.0.1")
        .map((each) => [each[1] ?? "", name] as const),
    ),
  );
  return new Map([
    ...found.flat(),
    ...(await livePods(access)).map((pod) => [pod.address, `pod:${pod.node}`] as const),
  ]);
}
