import type { BgpSoftware } from "./bgp-software";

/** Distance of a next hop that BIRD reaches by the server's default route: farther than any on a connected subnet. */
const BY_DEFAULT_ROUTE = 1;

/** BIRD 1.6 as Calico configures it on nodes. Files named here are those of BIRD's source; options are explained in https://bird.network.cz/?get_doc&f=bird-6.html. */
export const bird16: BgpSoftware = {
  name: "BIRD 1.6",

  // proto/bgp/bgp.c, `bgp_start_locked`: an external session without `multihop` is direct. Calico's template writes `multihop` for the peers of BGPPeer objects, and
  // not for those of the mesh.
  wantsMultihopOffLink: (kind) => kind === "mesh",

  // proto/bgp/bgp.c, `bgp_connect`, asks for no route.
  callsByDefault: true,

  // `prefer older` is off unless it is set: the lower router ID wins (RFC 4271, section 9.1.2.2 f).
  keepsOldestPath: false,

  // `merge paths on` of the kernel protocol takes every path that is as good as the best.
  usesOnePathPerNextHop: false,

  // Calico's template writes `add paths on`.
  sendsAllPaths: true,

  // proto/bgp/attrs.c, `bgp_get_bucket`: a route that leads back to the neighbor is not sent.
  returnsRoutes: false,

  // Calico's sessions are multihop: BIRD then puts its own address in the place of the next hop.
  keepsThirdPartyNextHop: false,

  // Graceful shutdown came with BIRD 2.
  knowsGracefulShutdown: false,

  // The route stays, and `gateway recursive` finds no way to a next hop of the node's own.
  refusesOwnNextHop: false,

  // BIRD has its cluster's ID on sessions with clients alone (`rr client`), and looks there in both directions.
  looksForClusterFrom: "clients",
  looksForClusterWhenSending: true,

  // `import limit` isn't configured; it would count exactly.
  prefixesBeyondLimit: 0,

  choosesByRoutesAlone: false,

  // Calico's filter `calico_kernel_programming` rejects the ranges of services, whose addresses kube-proxy translates on the node itself.
  filtersKernelRoutes: true,

  // nest/rt-table.c, `rta_apply_hostentry`: a route whose next hop has no way becomes unreachable, and is exported as such.
  programsUnreachable: true,

  followsNextHop: () => true,

  // `gateway recursive`: next hops are looked up in BIRD's own table, where a BGP route leads to no next hop of another, and the server's default route to
  // any that no other route covers.
  nextHopDistance: ({ at, local }, nextHop, { connected, learned }) => {
    if (nextHop === local) return Infinity;
    if (connected(at.name, nextHop)) return 0;
    return learned(at.name, nextHop) ? Infinity : BY_DEFAULT_ROUTE;
  },
};
