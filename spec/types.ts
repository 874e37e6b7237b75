/**
 * The spec: what a user wrote, with fixed defaults filled in and short forms expanded. What is null is left to the plan's allocation.
 *
 * `path` is where the entry stands in the stack config value, for messages: "fabric.leaves[1]".
 */
export interface SwitchSpec {
  readonly path: string;
  readonly name: string;
  readonly index: number | null;
  readonly as: number | null;
  readonly loopback: string | null;
  readonly hostname: string | null;
}

export interface LeafSpec extends SwitchSpec {
  readonly serverSubnet: string | null;
}

export interface NodeSpec {
  readonly path: string;
  readonly name: string;
  readonly role: "control-plane" | "worker";
  /** Name of a leaf. */
  readonly leaf: string;
  readonly index: number | null;
  readonly address: string | null;
  /** N of the leaf's swpN. */
  readonly port: number | null;
}

export interface LabSpec {
  readonly name: string;
  readonly domain: string;
  readonly management: { readonly subnet: string };
  readonly fabric: {
    readonly spines: readonly SwitchSpec[];
    readonly leaves: readonly LeafSpec[];
    /** Bytes. */
    readonly mtu: number;
    readonly asBase: { readonly spines: number; readonly leaves: number };
    readonly loopbacks: string;
    readonly serverSubnets: string;
    readonly links: { readonly pool: string; readonly spineCapacity: number; readonly firstUplinkPort: number };
  };
  readonly nodes: readonly NodeSpec[];
  readonly kubernetes: { readonly version: string; readonly podCidr: string; readonly serviceCidr: string };
  readonly calico: { readonly mode: "vxlan"; readonly vni: number; readonly port: number; readonly blockSize: number };
  readonly workload: {
    readonly namespace: string;
    readonly name: string;
    readonly service: string;
    readonly image: string;
    readonly replicas: number;
    readonly port: number;
  } | null;
}
