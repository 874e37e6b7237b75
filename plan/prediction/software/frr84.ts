import type { BgpSoftware } from "./bgp-software";

/** FRRouting 8.4, on switches. Files named here are those of its source at tag frr-8.4. */
export const frr84: BgpSoftware = {
  name: "FRR 8.4",

  // bgpd/bgp_network.c: without ebgp-multihop an external session has TTL 1, and its neighbor must be connected.
  wantsMultihopOffLink: () => true,

  // bgpd/bgp_fsm.c, `bgp_start`, waits for a route to the neighbor; zebra counts no default unless `ip nht resolve-via-default` is set (zebra/zebra_rnh.c).
  callsByDefault: false,

  // https://docs.frrouting.org/en/stable-8.4/bgp.html#route-selection, step 11
  keepsOldestPath: true,

  // bgpd/bgp_route.c, `bgp_best_selection`, leaves out what leads to the best path's next hop; bgpd/bgp_mpath.c, `bgp_path_info_mpath_cmp`, orders
  // paths by next hop and neighbor.
  usesOnePathPerNextHop: true,

  // `neighbor X addpath-tx-all-paths` isn't configured.
  sendsAllPaths: false,

  // bgpd/bgp_route.c, `subgroup_announce_check`: only a reflected route's originator is checked.
  returnsRoutes: true,

  // bgpd/bgp_nexthop.c, `bgp_subgrp_multiaccess_check_v4`
  keepsThirdPartyNextHop: true,

  // bgpd/bgp_route.c, `bgp_update`
  knowsGracefulShutdown: true,

  // bgpd/bgp_route.c, `bgp_update_martian_nexthop`
  refusesOwnNextHop: true,

  // bgpd/bgp_route.c, `bgp_cluster_filter`, for every neighbor
  looksForClusterFrom: "all",
  looksForClusterWhenSending: false,

  // bgpd/bgp_route.c, `bgp_update`, looks at the limit before it counts the prefix at hand: one more than the limit stays.
  prefixesBeyondLimit: 1,

  choosesByRoutesAlone: true,
  filtersKernelRoutes: false,
  programsUnreachable: false,

  // bgpd/bgp_zebra.c, `bgp_zebra_announce`: zebra may resolve next hops of routes from inside, or from several hops away.
  followsNextHop: ({ internal, multihop }) => internal || multihop,

  // bgpd/bgp_nht.c: a single-hop external neighbor's next hop must be connected, of others any route will do but a default.
  nextHopDistance: ({ at, address, settings, internal }, nextHop, { connected, resolves }) => {
    const single = !internal && settings.multihop === null;
    if (at.hasDefault || (single && nextHop === address) || connected(at.name, nextHop)) return 0;
    return !single && resolves(at.name, nextHop) ? 0 : Infinity;
  },
};
