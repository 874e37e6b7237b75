import * as pulumi from "@pulumi/pulumi";
import type { LabPlan, LinkPlan } from "../plan/types";
import { Link, Machine } from "../provider/sdk";
import type { MachineImages } from "./machines";
import { Switch } from "./switch";

/** Plugs one cable of the plan between two machines; it goes away with the machine at its first end. */
export function plug(link: LinkPlan, machines: ReadonlyMap<string, Machine>, parent: pulumi.Resource): Link {
  const end = (side: LinkPlan["a"]): { machine: pulumi.Input<string>; name: string; interface: string } => ({
    machine: machines.get(side.machine)!.driverId,
    name: side.machine,
    interface: side.interface,
  });
  return new Link(
    link.name,
    { a: end(link.a), b: end(link.b), mtu: link.mtu, up: true },
    { parent, deletedWith: machines.get(link.a.machine)! },
  );
}

export interface FabricArgs {
  readonly plan: LabPlan;
  readonly images: MachineImages;
  readonly bgpPassword?: pulumi.Input<string> | undefined;
}

/** Spines, leaves and the cables between them. */
export class Fabric extends pulumi.ComponentResource {
  readonly switches: readonly Switch[];
  readonly machines: ReadonlyMap<string, Machine>;
  private readonly cables = new Map<string, Link[]>();

  constructor(name: string, args: FabricArgs, opts: pulumi.ComponentResourceOptions) {
    const fabricLinks = args.plan.links.filter((l) => l.kind === "fabric");
    super("fabriclab:index:Fabric", name, { sessions: args.plan.sessions, links: fabricLinks }, opts);
    this.switches = args.plan.switches.map(
      (s) =>
        new Switch(
          { plan: args.plan, switch: s, images: args.images, bgpPassword: args.bgpPassword },
          { parent: this },
        ),
    );
    this.machines = new Map(this.switches.map((s, i) => [args.plan.switches[i]!.name, s.machine]));
    for (const link of fabricLinks) this.attach(link, plug(link, this.machines, this));
    this.registerOutputs({});
  }

  /** Remembers a cable at both its ends, so that a switch is configured after its cables are in. */
  attach(plan: LinkPlan, link: Link): void {
    for (const end of [plan.a.machine, plan.b.machine]) this.cables.set(end, [...(this.cables.get(end) ?? []), link]);
  }

  /** Ends what the switches kept while something else came to replace it. */
  settle(after: pulumi.Resource): void {
    for (const each of this.switches) each.settle(after);
  }

  configure(): pulumi.Resource[] {
    return this.switches.map((s) => s.configure(this.cables.get(s.machineName) ?? []));
  }
}
