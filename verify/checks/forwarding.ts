import { knownRange, looseRange, rangeText, sortAddresses, sortPrefixes } from "../../lab-spec/ip";
import { homeOf, nodesOf } from "../../plan/lookup";
import type { FibEntry } from "../../plan/prediction";
import type { ServerPlan, SwitchPlan } from "../../plan/types";
import { predictionOf } from "../facts/bgp";
import { routesOf, type Route } from "../facts/routes";
import { hopsAsPredicted } from "../expected";
import { eachOf, equal, list } from "../rows";
import { settledIn } from "../settled";
import type { Check, Row } from "../types";

/** How the routes of a machine's BGP are marked in its kernel. */
const MARK = { switch: "bgp", node: "bird" } as const;

/** The kernel forwards as predicted: every learned prefix by exactly the predicted next hops, and no other learned route. */
export const forwarding: Check = {
  id: "forwarding",
  title: "Forwarding tables",
  run: async (lab) => {
    const prediction = await predictionOf(lab);
    const settled = settledIn(prediction);
    const learned = (machine: string, mark: string, routes: readonly Route[]): Row[] =>
      learnedRows(
        machine,
        prediction.fib(machine).filter(({ prefix }) => settled(prefix)),
        mark,
        routes.filter(({ prefix }) => settled(prefix)),
      );
    const [switches, nodes] = await Promise.all([
      eachOf(
        lab.plan.switches,
        (each) => each.name,
        async (each) => {
          const routes = await routesOf(lab, each.name);
          return [...learned(each.name, MARK.switch, routes), connectedRow(each, routes)];
        },
      ),
      eachOf(
        nodesOf(lab.plan),
        (each) => each.name,
        async (each) => {
          const routes = await routesOf(lab, each.name);
          return [...(each.bgp === null ? [] : learned(each.name, MARK.node, routes)), defaultRow(each, routes)];
        },
      ),
    ]);
    return [...switches, ...nodes];
  },
};

/** Every route that BGP learns, and that there is no other. Where timing decides between next hops, those in use are some of the predicted ones. */
export function learnedRows(
  machine: string,
  predicted: readonly FibEntry[],
  mark: string,
  routes: readonly Route[],
): Row[] {
  const learned = predicted.filter((entry) => entry.kind === "bgp");
  const rows = learned.map(({ prefix, nextHops, certain }) => {
    const route = routes.find((each) => each.prefix === prefix);
    const expected = `via ${list(nextHops.map((hop) => hop.address))}`;
    const ok =
      route !== undefined &&
      hopsAsPredicted(
        certain,
        nextHops.map((hop) => hop.address),
        route.nextHops.map((hop) => hop.gateway ?? "link"),
      );
    return {
      subject: `${machine} ${prefix}`,
      expected: certain || route === undefined ? expected : `some of ${expected}`,
      seen: routeText(route),
      ok,
    };
  });
  const nowhere = predicted
    .filter((entry) => entry.kind === "unreachable")
    .map(({ prefix, certain }) => {
      const route = routes.find((each) => each.prefix === prefix);
      return certain || route !== undefined
        ? equal(`${machine} ${prefix}`, "unreachable", routeText(route))
        : { subject: `${machine} ${prefix}`, expected: "unreachable or no route", seen: routeText(route), ok: true };
    });
  const known = new Set(learned.map(({ prefix }) => prefix));
  const others = routes
    .filter((route) => route.protocol === mark && route.type === "unicast" && !known.has(route.prefix))
    .map((route) => route.prefix);
  return [...rows, ...nowhere, equal(`${machine} other routes of BGP`, "none", list(others))];
}

function connectedRow(of: SwitchPlan, routes: readonly Route[]): Row {
  const connected = of.interfaces
    .flatMap((each) => (each.name === "lo" ? [] : each.addresses))
    .map((address) => rangeText(looseRange(address) ?? knownRange(address)));
  const ports = new Set(of.interfaces.map((each) => each.name));
  const attached = routes
    .filter((route) => route.protocol === "kernel" && route.nextHops.some((hop) => ports.has(hop.device)))
    .map((route) => route.prefix);
  return equal(`${of.name} connected`, list(sortPrefixes(connected)), list(sortPrefixes(attached)));
}

const routeText = (route: Route | undefined): string =>
  route === undefined ? "no route" : route.type === "unicast" ? hopsText(route) : route.type;

function hopsText(route: Route): string {
  const gateways = route.nextHops.flatMap((hop) => hop.gateway ?? []);
  return gateways.length === 0
    ? `connected ${route.nextHops.map((hop) => hop.device).join(", ")}`
    : `via ${list(sortAddresses(gateways))}`;
}

/** A server leaves by its leaf, not by the management interface. */
export function defaultRow(of: ServerPlan, routes: readonly Route[]): Row {
  const hops = routes
    .filter((route) => route.prefix === "0.0.0.0/0")
    .flatMap((route) => route.nextHops)
    .map((hop) => `${hop.gateway ?? "link"} dev ${hop.device}`);
  const { gateway, interface: own } = homeOf(of);
  return equal(`${of.name} default`, `${gateway} dev ${own}`, list(hops));
}
