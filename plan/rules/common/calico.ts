import { encapsulationName, type LabSpec } from "../../../lab-spec";

/** A choice of Calico's as a message names it: where it is written, and what it says. */
export interface WrittenChoice {
  readonly path: string;
  readonly text: string;
}

/** Who distributes routes: `calico.mode` in the short form, else `calico.routing`. */
export function routingChoice({ calico }: LabSpec): WrittenChoice {
  return calico.mode === null
    ? { path: "calico.routing", text: calico.routing }
    : { path: "calico.mode", text: calico.mode };
}

/** How packets are encapsulated: `calico.mode` in the short form, else `calico.encapsulation`. */
export function encapsulationChoice({ calico }: LabSpec): WrittenChoice {
  return calico.mode === null
    ? { path: "calico.encapsulation", text: encapsulationName(calico.encapsulation) }
    : { path: "calico.mode", text: calico.mode };
}
