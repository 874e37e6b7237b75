/** A plan's switches, and nodes that speak BGP, as network namespaces of the container: cables, addresses, and FRR with the plan's own configuration. */
import type { LabPlan, SwitchPlan } from "../../../plan";
import { frrConfig } from "../../../plan/render/frr";
import type { Broken } from "../../../plan/prediction";
import type { Container } from "./container";
import { peers, type Peer, sessionStates, showSessions, startNode, stopNodes } from "./nodes";

/** Where the other ends of server cables are that need no machine: all a bridge needs of a server is its carrier. */
const SERVERS = "servers";
const DAEMONS = ["zebra", "staticd", "bgpd"] as const;

export async function startRouters(container: Container, plan: LabPlan): Promise<void> {
  await container.run(["set -e", ...namespaces(plan), ...cables(plan), ...plan.switches.flatMap(addresses)].join("\n"));
  await container.run(
    [
      "set -e",
      ...plan.switches.flatMap(configuration),
      ...DAEMONS.flatMap((daemon) => plan.switches.map((of) => start(of, daemon))),
      ...plan.switches.map((of) => `vtysh -N ${of.name} -b >/dev/null${refusedInPart(of) ? " 2>&1 || true" : ""}`),
      ...peers(plan).flatMap((node) => startNode(plan, node)),
    ].join("\n"),
  );
}

/** Ends the routers' processes and removes the namespaces; the container is as new. */
export async function stopRouters(container: Container, plan: LabPlan): Promise<void> {
  const names = plan.switches.map((of) => of.name);
  const nodes = peers(plan).map((node) => node.name);
  await container.run(
    [
      ...stopNodes(plan),
      ...names.map((name) => `kill -9 $(cat /var/run/frr/${name}/*.pid) 2>/dev/null`),
      ...[...names, ...nodes, SERVERS].map((name) => `ip netns del ${name}`),
      ...names.map((name) => `rm -rf /var/run/frr/${name} /etc/frr/${name}`),
      "true",
    ].join("\n"),
  );
}

/** Takes the cables out, and ends the switches' daemons. */
export async function breakLab(container: Container, plan: LabPlan, { links, machines }: Broken): Promise<void> {
  const cut = plan.links.filter(
    ({ name, a, b }) => links.includes(name) || [a, b].some((end) => machines.includes(end.machine)),
  );
  await container.run(
    [
      ...machines.map((name) => `kill -9 $(cat /var/run/frr/${name}/*.pid)`),
      // A cable without its far end has no carrier.
      ...cut.flatMap(({ a, b }) =>
        [a, b].map((end) => `ip -n ${end.machine} link set ${end.interface} down 2>/dev/null`),
      ),
      "true",
    ].join("\n"),
  );
}

/** What a vtysh command prints as JSON on switches, by name. */
export async function ask(
  container: Container,
  switches: readonly SwitchPlan[],
  command: string,
): Promise<Record<string, unknown>> {
  return parsed(await each(container, switches, ({ name }) => `vtysh -N ${name} -c "${command}"`));
}

/** Sessions of nodes, in the shape of FRR's summary. */
export async function nodeSummaries(container: Container, nodes: readonly Peer[]): Promise<Record<string, unknown>> {
  const shown = await each(container, nodes, showSessions);
  return Object.fromEntries(Object.entries(shown).map(([name, text]) => [name, { peers: sessionStates(text) }]));
}

/** Kernel routes of machines, by name. */
export async function kernelRoutes(
  container: Container,
  machines: readonly { readonly name: string }[],
): Promise<Record<string, unknown>> {
  return parsed(await each(container, machines, ({ name }) => `ip -n ${name} -j route show`));
}

const parsed = (texts: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.parse(text) as unknown]));

async function each<Machine extends { readonly name: string }>(
  container: Container,
  machines: readonly Machine[],
  command: (machine: Machine) => string,
): Promise<Record<string, string>> {
  const text = await container.run(
    machines.map((machine) => `echo "=== ${machine.name}"; ${command(machine)}`).join("\n"),
  );
  return Object.fromEntries(
    text
      .split(/^=== /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [part.slice(0, end), part.slice(end + 1)];
      }),
  );
}

/** FRR refuses a neighbor that is the router itself, and an external one as a reflector's client; it takes the rest of the file. */
function refusedInPart(of: SwitchPlan): boolean {
  const own = of.interfaces.flatMap((port) => port.addresses.map((address) => address.split("/")[0]));
  return of.neighbors.some(
    (neighbor) => own.includes(neighbor.address) || (neighbor.routeReflectorClient && neighbor.remoteAs !== of.as),
  );
}

function namespaces(plan: LabPlan): string[] {
  return [...[...plan.switches, ...peers(plan)].map((of) => of.name), SERVERS].flatMap((name) => [
    `ip netns add ${name}`,
    `ip -n ${name} link set lo up`,
    // As on the lab's machines: a connection that a bad one of several ways loses is made again over another.
    `ip netns exec ${name} sysctl -qw net.ipv4.ip_forward=1 net.ipv4.fib_multipath_hash_policy=1`,
  ]);
}

function cables(plan: LabPlan): string[] {
  const speakers = new Set(peers(plan).map((node) => node.name));
  return plan.links.map((link, i) => {
    const [a, b] =
      link.kind === "server" && !speakers.has(link.a.machine)
        ? [{ machine: SERVERS, interface: `s${i}` }, link.b]
        : [link.a, link.b];
    return [
      `ip link add ${a.interface} netns ${a.machine} type veth peer name ${b.interface} netns ${b.machine}`,
      ...[a, b].map((end) => `ip -n ${end.machine} link set ${end.interface} up`),
    ].join("\n");
  });
}

function addresses(of: SwitchPlan): string[] {
  return [
    ...(of.bridge === null
      ? []
      : [
          `ip -n ${of.name} link add ${of.bridge.name} type bridge`,
          `ip -n ${of.name} link set ${of.bridge.name} up`,
          ...of.bridge.ports.map((port) => `ip -n ${of.name} link set ${port} master ${of.bridge?.name ?? ""}`),
        ]),
    ...of.interfaces.flatMap((port) =>
      port.addresses.map((address) => `ip -n ${of.name} address add ${address} dev ${port.name}`),
    ),
  ];
}

/** The plan's configuration; only how soon a neighbor is called again is changed, so that a test doesn't wait for it. */
function configuration(of: SwitchPlan): string[] {
  const text = frrConfig(of, { bgpPassword: null }).replace(
    /^( neighbor \S+) remote-as .*$/gm,
    "$&\n$1 timers connect 1",
  );
  return [
    `mkdir -p /etc/frr/${of.name} /var/run/frr/${of.name}`,
    `cat > /etc/frr/${of.name}/frr.conf <<'END'\n${text}END`,
    `echo > /etc/frr/${of.name}/vtysh.conf`,
    `chown -R frr:frr /etc/frr/${of.name} /var/run/frr/${of.name}`,
  ];
}

function start(of: SwitchPlan, daemon: (typeof DAEMONS)[number]): string {
  return `ip netns exec ${of.name} /usr/lib/frr/${daemon} -d -N ${of.name} -F datacenter -A 127.0.0.1 --log file:/var/run/frr/${of.name}/${daemon}.log`;
}
