/** What the machine that runs a lab has in use already; gathered by the command line, since the plan does no I/O. */
export interface HostFacts {
  /** Bridges of the networks that the machines' driver makes. */
  readonly bridges: readonly { readonly name: string; readonly prefix: string }[];
  /** Other routes, the default route left out. */
  readonly routes: readonly { readonly device: string; readonly prefix: string }[];
}
