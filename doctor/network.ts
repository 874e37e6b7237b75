import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { docker, LABEL } from "../provider/drivers/docker/engine";
import { parseSpec } from "../plan";
import { prefixRange } from "../lab-spec/ip";
import { parseRoutes } from "../verify/facts/routes";
import { capture } from "../common/process";
import { PROJECT } from "../common/root";
import { sourceFile, stackNames } from "../pulumi/stack-file";
import { existsSync } from "node:fs";
import type { Finding } from "./types";

/** A subnet in use on this machine. */
export interface Used {
  readonly prefix: string;
  readonly by: string;
  readonly owner: string | null;
}

/** The management subnet is the one range of a lab that the host sees; the others exist inside its machines only. */
export function clashes(stack: string, subnet: string, used: readonly Used[]): Finding {
  const range = prefixRange(subnet);
  const found = used.filter((each) => {
    const other = prefixRange(each.prefix);
    return (
      each.owner !== `${PROJECT}/${stack}` &&
      range !== null &&
      other !== null &&
      range.first <= other.last &&
      other.first <= range.last
    );
  });
  const [first] = found;
  const common = { area: "network" as const, what: `management subnet of ${stack}` };
  return first === undefined
    ? { ...common, status: "ok", seen: `${subnet} is free`, affects: "", remedy: "" }
    : {
        ...common,
        status: "warn",
        seen: `${subnet} overlaps ${first.prefix} of ${first.by}`,
        affects: `lab ${stack}`,
        remedy: `choose another management.subnet in Pulumi.${stack}.yaml`,
      };
}

async function inUse(): Promise<Used[]> {
  const networks = await docker.listNetworks().catch(() => []);
  const ofDocker = networks.flatMap((network): Used[] =>
    (network.IPAM?.Config ?? []).flatMap((config) =>
      config.Subnet === undefined
        ? []
        : [{ prefix: config.Subnet, by: `Docker network ${network.Name}`, owner: network.Labels?.[LABEL.lab] ?? null }],
    ),
  );
  const printed = await capture("ip", ["-j", "-4", "route"], {
    cwd: "/",
    env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` },
  }).catch(() => null);
  const routes =
    printed === null || printed.code !== 0
      ? []
      : parseRoutes(JSON.parse(printed.stdout || "[]") as Parameters<typeof parseRoutes>[0]);
  // A route of a Docker network is already known under its name.
  const others = routes.filter(
    (route) => route.prefix !== "0.0.0.0/0" && !ofDocker.some((each) => each.prefix === route.prefix),
  );
  return [
    ...ofDocker,
    ...others.map((route) => ({
      prefix: route.prefix,
      by: `this machine's route to ${route.nextHops.map((hop) => hop.device).join(", ")}`,
      owner: null,
    })),
  ];
}

export async function network(root: string): Promise<Finding[]> {
  const used = await inUse();
  return stackNames(root)
    .filter((stack) => existsSync(sourceFile(root, stack)))
    .map((stack): Finding => {
      const parsed = parseSpec(
        (parse(readFileSync(sourceFile(root, stack), "utf8")) as { config?: Record<string, unknown> } | null)?.config?.[
          "fabriclab:lab"
        ],
      );
      if ("problems" in parsed)
        return {
          area: "network",
          what: `config of ${stack}`,
          status: "warn",
          seen: `${parsed.problems.length} problems`,
          affects: `lab ${stack}`,
          remedy: `fabriclab up --stack ${stack} lists them`,
        };
      return clashes(stack, parsed.spec.management.subnet, used);
    });
}
