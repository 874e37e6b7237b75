import { knownRange, looseRange, rangeText, sortAddresses, sortPrefixes } from "../../spec/ip";
import type { Prediction } from "../../plan/prediction";
import type { NodePlan, SwitchPlan } from "../../plan/types";
import { predictionOf } from "../facts/bgp";
import { routesOf, type Route } from "../facts/routes";
import { eachOf, equal, list } from "../rows";
import type { Check, Row } from "../types";

/** The kernel forwards as predicted: every learned prefix by exactly the predicted next hops, and no other learned route. */
export const forwarding: Check = {
  id: "forwarding", title: "Forwarding tables",
  run: async (lab) => {
    const prediction = await predictionOf(lab);
    const [switches, nodes] = await Promise.all([
      eachOf(lab.plan.switches, (each) => each.name, async (each) => switchRows(each, prediction, await routesOf(lab, each.name))),
      eachOf(lab.plan.nodes, (each) => each.name, async (each) => [defaultRow(each, await routesOf(lab, each.name))]),
    ]);
    return [...switches, ...nodes];
  },
};

export function switchRows(of: SwitchPlan, prediction: Prediction, routes: readonly Route[]): Row[] {
  const learned = prediction.prefixes.flatMap(({ prefix, routers }) => {
    const nextHops = routers.find((router) => router.router === of.name)?.nextHops ?? [];
    return nextHops.length === 0 ? [] : [{ prefix, nextHops }];
  });
  const rows = learned.map(({ prefix, nextHops }) => {
    const route = routes.find((each) => each.prefix === prefix);
    return equal(`${of.name} ${prefix}`, `via ${list(nextHops)}`, route === undefined ? "no route" : hopsText(route));
  });
  const known = new Set(learned.map(({ prefix }) => prefix));
  const others = routes.filter((route) => route.protocol === "bgp" && !known.has(route.prefix)).map((route) => route.prefix);
  const connected = of.interfaces.flatMap((each) => each.name === "lo" ? [] : each.addresses).map((address) => rangeText(looseRange(address) ?? knownRange(address)));
  const ports = new Set(of.interfaces.map((each) => each.name));
  const attached = routes.filter((route) => route.protocol === "kernel" && route.nextHops.some((hop) => ports.has(hop.device))).map((route) => route.prefix);
  return [...rows,
    equal(`${of.name} other routes of BGP`, "none", list(others)),
    equal(`${of.name} connected`, list(sortPrefixes(connected)), list(sortPrefixes(attached)))];
}

function hopsText(route: Route): string {
  const gateways = route.nextHops.flatMap((hop) => hop.gateway ?? []);
  return gateways.length === 0 ? `connected ${route.nextHops.map((hop) => hop.device).join(", ")}` : `via ${list(sortAddresses(gateways))}`;
}

/** A node leaves by its leaf, not by the management interface. */
export function defaultRow(of: NodePlan, routes: readonly Route[]): Row {
  const hops = routes.filter((route) => route.prefix === "0.0.0.0/0").flatMap((route) => route.nextHops).map((hop) => `${hop.gateway ?? "link"} dev ${hop.device}`);
  return equal(`${of.name} default`, `${of.gateway} dev ${of.uplink}`, list(hops));
}
