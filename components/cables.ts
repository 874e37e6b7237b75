import * as pulumi from "@pulumi/pulumi";
import type { LabPlan, LinkPlan } from "../plan/types";
import { Link, type Machine } from "../provider/sdk";

/**
 * The cables of a lab, each plugged in at both its ends. There is one way to have them, `plugIn`, which wants every machine of the lab: what is configured "with
 * its cables" can't be configured before they are there.
 */
export class Cables {
  private constructor(private readonly byMachine: ReadonlyMap<string, readonly Link[]>) {}

  /**
   * Plugs in every link of the plan.
   *
   * @param parentOf the component that a link belongs to
   * @throws Error that names a link with an end at a machine that is not among the machines
   */
  static plugIn(
    plan: LabPlan,
    machines: ReadonlyMap<string, Machine>,
    parentOf: (link: LinkPlan) => pulumi.Resource,
  ): Cables {
    const byMachine = new Map<string, Link[]>();
    for (const link of plan.links) {
      const cable = plug(link, machines, parentOf(link));
      for (const { machine } of [link.a, link.b]) byMachine.set(machine, [...(byMachine.get(machine) ?? []), cable]);
    }
    return new Cables(byMachine);
  }

  /** Those with an end at the machine. */
  at(machine: string): Link[] {
    return [...(this.byMachine.get(machine) ?? [])];
  }
}

/** One cable. It goes away with the machine at its first end. */
function plug(link: LinkPlan, machines: ReadonlyMap<string, Machine>, parent: pulumi.Resource): Link {
  const machineAt = (end: LinkPlan["a"]): Machine => {
    const machine = machines.get(end.machine);
    if (machine === undefined) throw new Error(`link ${link.name} ends at ${end.machine}, and no such machine is made`);
    return machine;
  };
  const end = (of: LinkPlan["a"]): { machine: pulumi.Input<string>; name: string; interface: string } => ({
    machine: machineAt(of).driverId,
    name: of.machine,
    interface: of.interface,
  });
  return new Link(
    link.name,
    { a: end(link.a), b: end(link.b), mtu: link.mtu, up: true },
    { parent, deletedWith: machineAt(link.a) },
  );
}
