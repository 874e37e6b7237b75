import { z } from "zod";
import type { CalicoEncapsulation, CalicoMode, CalicoRouting } from "./types";

/** Encapsulation as the tigera operator's Installation resource spells it, which users of Calico know. */
const ENCAPSULATIONS = {
  None: { kind: "none" },
  IPIP: { kind: "ipip", when: "always" },
  IPIPCrossSubnet: { kind: "ipip", when: "cross-subnet" },
  VXLAN: { kind: "vxlan", when: "always" },
  VXLANCrossSubnet: { kind: "vxlan", when: "cross-subnet" },
} as const satisfies Record<string, CalicoEncapsulation>;
type EncapsulationName = keyof typeof ENCAPSULATIONS;

/** What is written of Calico's mode, in either form. */
export const calicoFormFields = {
  mode: z.enum(["vxlan", "bgp"]).optional().meta({
    description:
      "How pod traffic crosses the fabric: vxlan encapsulates it, BGP is off in Calico; bgp announces pod blocks to the leaves, packets travel as they are. The short form of routing and encapsulation. Default: vxlan.",
  }),
  routing: z.enum(["felix", "mesh", "fabric", "reflectors"]).optional().meta({
    description:
      "Who distributes the routes to pods, in place of mode: felix alone, without BGP; a mesh of the nodes, which the fabric is no part of; the fabric, each node peering with its leaf; or bgp.routeReflectors, which alone peer with their leaves. Default: felix with VXLAN, mesh with IPIP, fabric without encapsulation; reflectors where bgp.routeReflectors names any and BGP is on.",
  }),
  encapsulation: z
    .enum(Object.keys(ENCAPSULATIONS) as [EncapsulationName, ...EncapsulationName[]])
    .optional()
    .meta({
      description:
        "Which outer header pods' packets get between nodes, in place of mode; with CrossSubnet, only between nodes of different subnets. Default: VXLAN with routing felix, IPIP with mesh, None with fabric and reflectors.",
    }),
};

interface Written {
  readonly mode?: CalicoMode | undefined;
  readonly routing?: CalicoRouting | undefined;
  readonly encapsulation?: EncapsulationName | undefined;
}

/** Refuses the short form beside the long one. */
export function eitherForm(written: Written, context: z.core.$RefinementCtx): void {
  const { mode } = written;
  if (mode === undefined) return;
  for (const key of ["routing", "encapsulation"] as const) {
    if (written[key] === undefined) continue;
    context.addIssue({
      code: "custom",
      path: [key],
      message: `calico.mode: ${mode} says both who distributes routes and how packets are encapsulated, and ${key} says it again`,
      params: { rule: "either-or", remedy: `Leave out calico.mode, or calico.${key}.` },
      input: written[key],
    });
  }
}

interface Forms {
  readonly mode: CalicoMode | null;
  readonly routing: CalicoRouting;
  readonly encapsulation: CalicoEncapsulation;
}

/** What is written, in either form or partly, as answers to both questions. */
export function calicoForms(
  written: Written & { readonly bgp: { readonly routeReflectors: readonly string[] } },
): Forms {
  const { mode, routing, encapsulation } = written;
  const peering = written.bgp.routeReflectors.length > 0 ? "reflectors" : "fabric";
  if (encapsulation !== undefined) {
    const usual = { none: peering, ipip: peering === "reflectors" ? peering : "mesh", vxlan: "felix" } as const;
    const given: CalicoEncapsulation = ENCAPSULATIONS[encapsulation];
    return { mode: null, routing: routing ?? usual[given.kind], encapsulation: given };
  }
  if (routing !== undefined) {
    const usual = { felix: "VXLAN", mesh: "IPIP", fabric: "None", reflectors: "None" } as const;
    return { mode: null, routing, encapsulation: ENCAPSULATIONS[usual[routing]] };
  }
  return mode === "bgp"
    ? { mode, routing: peering, encapsulation: ENCAPSULATIONS.None }
    : { mode: "vxlan", routing: "felix", encapsulation: ENCAPSULATIONS.VXLAN };
}

/** As it is written in a stack file. */
export function encapsulationName(of: CalicoEncapsulation): EncapsulationName {
  if (of.kind === "none") return "None";
  return `${of.kind === "ipip" ? "IPIP" : "VXLAN"}${of.when === "always" ? "" : "CrossSubnet"}`;
}
