import { hostsOf, nodesOf } from "../../../plan/lookup";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { LabPlan } from "../../../plan";
import { nodesSpeakBgp } from "../../../plan/calico";
import { bgpPeers } from "../../../plan/render";
import { planOf, ROOT, stackValue } from "../plan/labs";
import {
  COMMAND,
  CONFIGURATION,
  isSecret,
  LINK,
  MACHINE,
  PRIVATE_KEY,
  runProgram,
  TOKEN,
  type Registered,
  type Registration,
} from "./program";

const KUBERNETES = "kubernetes:";
const PEER = "kubernetes:crd.projectcalico.org/v1:BGPPeer";
const machinesOf = (plan: LabPlan): { name: string; hostname: string }[] => [
  ...plan.switches,
  ...nodesOf(plan),
  ...hostsOf(plan),
];
const urns = (of: readonly Registration[]): string[] => of.map(({ urn }) => urn);

/** Every text of a resource's inputs that the engine would keep and show as it is. */
function openTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || isSecret(value)) return [];
  return Object.values(value).flatMap(openTexts);
}

describe.each(["vxlan", "bgp", "bgp-rr"])("the program of stack %s", (stack) => {
  const plan = planOf(stackValue(stack));
  let made: Registered;
  beforeAll(async () => {
    made = await runProgram({ stack, value: stackValue(stack) });
  });
  const command = (name: string): Registration => made.one(COMMAND, name);
  const configuration = (name: string): Registration => made.one(CONFIGURATION, name);

  test("makes every planned machine, and no other", () => {
    expect(
      made
        .ofType(MACHINE)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      machinesOf(plan)
        .map(({ name }) => name)
        .sort(),
    );
    for (const { name, hostname } of machinesOf(plan))
      expect(made.one(MACHINE, name).inputs).toMatchObject({ name, hostname });
  });

  test("makes a cable of every planned link, and no other", () => {
    expect(
      made
        .ofType(LINK)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(plan.links.map(({ name }) => name).sort());
    for (const { name, a, b, mtu } of plan.links) {
      const end = (of: typeof a): object => ({
        machine: `id-of-${of.machine}`,
        name: of.machine,
        interface: of.interface,
      });
      expect(made.one(LINK, name).inputs).toEqual({ a: end(a), b: end(b), mtu, up: true });
    }
  });

  test("configures every machine after all its cables are in", () => {
    const steps = [
      ...plan.switches.map(({ name }) => [name, `${name}-config`] as const),
      ...[...nodesOf(plan), ...hostsOf(plan)].map(({ name }) => [name, `${name}-network`] as const),
    ];
    for (const [machine, step] of steps) {
      const cables = plan.links.filter(({ a, b }) => a.machine === machine || b.machine === machine);
      expect(cables.length).toBeGreaterThan(0);
      expect(configuration(step).dependsOn).toEqual(
        expect.arrayContaining(cables.map(({ name }) => made.one(LINK, name).urn)),
      );
    }
  });

  test("makes the cluster once, and joins every worker after the switches are configured", () => {
    const switches = plan.switches.map(({ name }) => configuration(`${name}-config`).urn);
    const { controlPlane } = plan.cluster;
    expect(command("kubeadm-init").dependsOn).toContain(configuration(`${controlPlane}-network`).urn);
    const workers = nodesOf(plan).filter(({ name }) => name !== controlPlane);
    const joins = made.ofType(COMMAND).filter(({ name }) => name.endsWith("-join"));
    expect(joins.map(({ name }) => name).sort()).toEqual(workers.map(({ name }) => `${name}-join`).sort());
    for (const { name } of workers)
      expect(command(`${name}-join`).dependsOn).toEqual(
        expect.arrayContaining([...switches, configuration(`${name}-network`).urn, command(`${name}-token`).urn]),
      );
  });

  test("makes every planned BGPPeer: new sessions before those that they replace end", () => {
    const { first, then } = bgpPeers(plan);
    const named = (name: string): Registration => made.one(PEER, `bgppeer-${name}`);
    expect(made.ofType(PEER)).toHaveLength(first.length + then.length);
    for (const { metadata, ...rest } of [...first, ...then]) expect(named(metadata.name).inputs).toMatchObject(rest);
    const sessions = made.ofType(COMMAND).filter(({ name }) => name === "bgp-sessions");
    expect(sessions).toHaveLength(nodesSpeakBgp(plan.calico) ? 1 : 0);
    for (const up of sessions) {
      expect(up.dependsOn).toEqual(expect.arrayContaining(first.map(({ metadata }) => named(metadata.name).urn)));
      for (const { metadata } of then) expect(named(metadata.name).dependsOn).toContain(up.urn);
    }
  });

  test("marks every planned speaker, and ends old sessions of leaves after the new ones are up", () => {
    const speakers = nodesOf(plan)
      .filter(({ bgp }) => bgp !== null)
      .map(({ name }) => `${name}-bgp`);
    const marked = made.ofType(CONFIGURATION).filter(({ name }) => name.endsWith("-bgp"));
    expect(marked.map(({ name }) => name).sort()).toEqual(speakers.sort());
    const last = command(nodesSpeakBgp(plan.calico) ? "bgp-sessions" : "vxlan-carries").urn;
    const leaves = plan.switches.filter(({ name }) =>
      nodesOf(plan).some(({ uplinks }) => uplinks.some(({ leaf }) => leaf === name)),
    );
    for (const { name } of leaves)
      expect(configuration(`${name}-sessions`).dependsOn).toEqual(
        expect.arrayContaining([last, configuration(`${name}-config`).urn]),
      );
  });

  test("registers the pool, Calico's objects and the demo", () => {
    const kinds = made.all.filter(({ type }) => type.startsWith(KUBERNETES)).map(({ type }) => type.split(":").pop());
    const services = plan.workload?.localService === null ? 1 : 2;
    expect(kinds.filter((kind) => kind === "IPPool")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "FelixConfiguration")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "DaemonSet")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "Deployment")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "Service")).toHaveLength(services);
  });

  test("hangs each resource under its component", () => {
    const parents = (type: string): Record<string, string> =>
      Object.fromEntries(made.ofType(type).map(({ name, parent }) => [name, parent.split("::").pop()!]));
    const component = (name: string): string =>
      plan.switches.some((each) => each.name === name)
        ? name
        : nodesOf(plan).some((each) => each.name === name)
          ? "cluster"
          : "hosts";
    expect(parents(MACHINE)).toEqual(Object.fromEntries(machinesOf(plan).map(({ name }) => [name, component(name)])));
    expect(parents(LINK)).toEqual(
      Object.fromEntries(
        plan.links.map(({ name, kind, a }) => [name, kind === "fabric" ? "fabric" : component(a.machine)]),
      ),
    );
    expect(made.all.filter(({ parent }) => parent === "").map(({ type }) => type)).toEqual(["fabriclab:index:Lab"]);
  });

  test("destroys machines only: all else goes away with one", () => {
    const machines = urns(made.ofType(MACHINE));
    const others = made.all.filter(({ custom, type }) => custom && type !== MACHINE);
    expect(others.length).toBeGreaterThan(plan.links.length);
    expect(others.filter(({ deletedWith }) => !machines.includes(deletedWith)).map(({ urn }) => urn)).toEqual([]);
    for (const { type, urn, deletedWith } of others)
      if (type.startsWith(KUBERNETES) || type === "pulumi:providers:kubernetes")
        expect([urn, deletedWith]).toEqual([urn, made.one(MACHINE, plan.cluster.controlPlane).urn]);
  });

  test("keeps keys, tokens and kubeconfig secret", async () => {
    const open = made.all.flatMap(({ sent }) => openTexts(sent)).join("\n");
    for (const text of [PRIVATE_KEY, TOKEN, "server: https://127.0.0.1:"]) expect(open).not.toContain(text);
    for (const { name, sent, secretOutputs } of made.ofType(COMMAND)) {
      expect([name, isSecret(sent.connection)]).toEqual([name, true]);
      expect(secretOutputs).toEqual(expect.arrayContaining(["stdout", "stderr"]));
    }
    expect(isSecret(made.one("pulumi:providers:kubernetes", "kubernetes").sent.kubeconfig)).toBe(true);
    for (const output of ["deployedPlan", "machines", "kubeconfig"])
      expect([output, await (made.outputs[output] as { isSecret: Promise<boolean> }).isSecret]).toEqual([output, true]);
  });

  test("sends the plan to the state once, beside its version", () => {
    const withPlan = made.all.filter(({ inputs }) => JSON.stringify(inputs).includes('"routerId"'));
    expect(withPlan.map(({ type }) => type)).toEqual(["fabriclab:index:Lab"]);
    expect(withPlan[0]!.inputs).toMatchObject({ plan: JSON.parse(JSON.stringify(plan)) as object, planVersion: 2 });
    expect([...made.componentOutputs.values()].filter((each) => JSON.stringify(each).includes('"routerId"'))).toEqual(
      [],
    );
  });

  test("takes over a lab made at commit 6281516: nothing is replaced, nothing goes", () => {
    const before = JSON.parse(
      readFileSync(path.join(ROOT, "test", "fixtures", "takeover", `${stack}.json`), "utf8"),
    ) as Record<string, object>;
    const now = new Map(
      made.all
        .filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"))
        .map((each) => [each.urn.split("::").slice(2).join("::"), each]),
    );
    // What was a command is a configuration now: made anew beside the machine, which stays.
    const isConfigured = (urn: string): boolean =>
      /\$command:.*-(config|sessions|network|bgp)$/.test(urn) && !urn.endsWith("::bgp-sessions");
    const asNow = (urn: string): string => (isConfigured(urn) ? urn.replace(/\$[^$]*::/, `$${CONFIGURATION}::`) : urn);
    const added = [...now.keys()].filter((urn) => /::(kubeadm-deployments|.*-membership)$/.test(urn));
    expect([...now.keys()].sort()).toEqual([...Object.keys(before).map(asNow), ...added].sort());
    for (const [urn, kept] of Object.entries(before).filter(([each]) => !isConfigured(each)))
      expect({ urn, ...keptOf(now.get(urn)!) }).toEqual({ urn, ...kept });
    // What made the cluster isn't run for its text alone: the kubeconfig, and all objects with it, would be unknown in the preview.
    expect(command("kubeadm-init").ignoreChanges).toEqual(["create"]);
  });
});

/** Of a resource's inputs those that a provider replaces it for, and names: what the fixtures of earlier labs hold. */
function keptOf({ type, inputs }: Registration): object {
  if (type === COMMAND) return { triggers: inputs.triggers };
  if (!type.startsWith(KUBERNETES)) return inputs;
  const { apiVersion, metadata } = inputs as { apiVersion: string; metadata: { name: string; namespace?: string } };
  const { name, namespace } = metadata;
  return namespace === undefined ? { apiVersion, name } : { apiVersion, name, namespace };
}
