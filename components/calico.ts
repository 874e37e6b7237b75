import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { nodesSpeakBgp } from "../plan/calico";
import {
  bgpConfiguration,
  bgpPeers,
  felixConfiguration,
  ipPool,
  neededSessions,
  passwordAccess,
  passwordSecret,
  patchCalico,
  type KubernetesObject,
} from "../plan/render";
import type { ClusterLabPlan } from "../plan/cluster";
import type { Machine } from "../provider/sdk";
import { register } from "./kubernetes";
import { Secret, type Provider } from "./kubernetes-kinds";
import { provision } from "./machines";
import * as scripts from "./scripts";

export interface CalicoArgs {
  readonly plan: ClusterLabPlan;
  /** File of the objects of the upstream manifest of the plan's Calico version and mode. */
  readonly manifest: string;
  readonly controlPlane: Machine;
  /** What makes a node known as a BGP speaker (its AS number, its rack). */
  readonly speakers: readonly pulumi.Resource[];
  /** Password of the sessions between leaves and nodes, where the plan has one. */
  readonly bgpPassword?: pulumi.Input<string> | undefined;
}

type Child = pulumi.CustomResourceOptions & { provider: Provider };

interface Routing {
  /** What calico-node starts after. */
  readonly before: pulumi.Resource[];
  /** Done when the new routes are there: routes that they replace may go then. */
  readonly up: pulumi.Resource;
}

/** Calico from its upstream manifest, each object a resource. What the plan changes in the manifest is in `plan/render`. */
export class Calico extends pulumi.ComponentResource {
  /** Done when the sessions that routes depend on are up, or VXLAN carries the pods. */
  readonly settled: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: CalicoArgs,
    opts: pulumi.ComponentResourceOptions & { provider: Provider; deletedWith: pulumi.Resource },
  ) {
    super("fabriclab:index:Calico", name, {}, opts);
    const { plan } = args;
    const objects = patchCalico(JSON.parse(readFileSync(args.manifest, "utf8")) as KubernetesObject[], plan);
    const runsPods = ({ kind }: KubernetesObject): boolean => kind === "DaemonSet" || kind === "Deployment";
    const child: Child = { parent: this, provider: opts.provider, deletedWith: opts.deletedWith };
    // What runs pods comes last: pods that start before their roles or custom resource definitions are there crash, and back off for seconds.
    const base = objects.filter((each) => !runsPods(each)).map((each) => register(each, child));
    base.push(register(felixConfiguration(plan), { ...child, dependsOn: [...base] }));
    const { before, up } = nodesSpeakBgp(plan.calico) ? this.bgp(base, child) : this.vxlan(base, child);
    this.settled = up;
    for (const workload of objects.filter(runsPods)) register(workload, { ...child, dependsOn: [...base, ...before] });
    this.registerOutputs({});
  }

  /**
   * Felix routes between nodes, through VXLAN. In a lab that comes from mode bgp the pool stays plain until BIRD runs on no node any more: a BIRD that saw an
   * encapsulated pool would withdraw its routes before Felix has put others in their place. The leaves keep BIRD's routes meanwhile.
   */
  private vxlan(base: pulumi.Resource[], child: Child): Routing {
    const on = { machine: this.args.controlPlane, triggers: [this.args.plan.calico.encapsulation.kind] };
    const gone = provision(
      "bird-gone",
      { ...on, run: scripts.birdGone(ipPool(this.args.plan).metadata.name) },
      { parent: this, dependsOn: base },
    );
    const pool = this.pool([...base, gone], child);
    return {
      before: [],
      up: provision("vxlan-carries", { ...on, run: scripts.vxlanCarries }, { parent: this, dependsOn: pool }),
    };
  }

  private pool(after: pulumi.Resource[], child: Child): pulumi.Resource {
    return register(ipPool(this.args.plan), { ...child, dependsOn: after });
  }

  /**
   * BIRD routes between nodes. New sessions are registered first. Once they are up, the sessions that they replace end: those with leaves where reflectors take
   * over, those of the mesh, those of nodes that are reflectors no more. In a lab that comes from mode vxlan the pool stays encapsulated until the sessions are up.
   */
  private bgp(base: pulumi.Resource[], child: Child): Routing {
    const { plan, controlPlane, speakers, bgpPassword } = this.args;
    const access = passwordAccess(plan).map((o) => register(o, { ...child, dependsOn: base }));
    const secret =
      bgpPassword === undefined
        ? []
        : [
            new Secret(
              passwordSecret.name,
              {
                metadata: { name: passwordSecret.name, namespace: passwordSecret.namespace },
                stringData: { [passwordSecret.key]: bgpPassword },
              },
              child,
            ),
          ];
    const { first, then } = bgpPeers(plan);
    const early = first.map((o) => register(o, { ...child, dependsOn: [...base, ...access, ...secret] }));
    const up = provision(
      "bgp-sessions",
      { machine: controlPlane, run: scripts.sessionsUp, stdin: neededSessions(plan) },
      { parent: this, dependsOn: early },
    );
    const late = then.map((o) => register(o, { ...child, dependsOn: [...base, ...access, ...secret, up] }));
    const peers = [...early, ...late];
    const reflectors = `${plan.calico.bgp?.routeReflectors.join(" ") ?? ""}\n`;
    provision(
      "bgp-reflectors",
      { machine: controlPlane, run: scripts.retireReflectors, stdin: reflectors },
      { parent: this, dependsOn: [up, ...late] },
    );
    const configuration = bgpConfiguration(plan);
    const settled = provision(
      "bgp-settled",
      { machine: controlPlane, run: scripts.bgpSettled(ipPool(plan).metadata.name) },
      { parent: this, dependsOn: [...peers, ...speakers] },
    );
    this.pool([...base, settled], child);
    return {
      before: configuration === null ? peers : [register(configuration, { ...child, dependsOn: [...peers, up] })],
      up,
    };
  }
}
