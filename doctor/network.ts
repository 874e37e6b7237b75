import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import type { DoctorFinding } from "../common/finding";
import { parseSpec } from "../plan";
import { prefixRange } from "../lab-spec/ip";
import { parseRoutes } from "../verify/facts/routes";
import { capture } from "../common/process";
import { PROJECT } from "../common/root";
import { sourceFile, stackNames } from "../pulumi/stack-file";
import type { DriverDoctor, UsedSubnet } from "../provider/drivers/driver";

/** The management subnet is the one range of a lab that the host sees; the others exist inside its machines only. */
export function subnetClashes(stack: string, subnet: string, used: readonly UsedSubnet[]): DoctorFinding {
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

async function inUse(doctors: readonly DriverDoctor[]): Promise<UsedSubnet[]> {
  const ofDrivers = (await Promise.all(doctors.map((each) => each.subnets()))).flat();
  const printed = await capture("ip", ["-j", "-4", "route"], {
    cwd: "/",
    env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` },
  }).catch(() => null);
  const routes =
    printed === null || printed.code !== 0
      ? []
      : parseRoutes(JSON.parse(printed.stdout || "[]") as Parameters<typeof parseRoutes>[0]);
  // A route of a driver's network is already known under its name.
  const others = routes.filter(
    (route) => route.prefix !== "0.0.0.0/0" && !ofDrivers.some((each) => each.prefix === route.prefix),
  );
  return [
    ...ofDrivers,
    ...others.map((route) => ({
      prefix: route.prefix,
      by: `this machine's route to ${route.nextHops.map((hop) => hop.device).join(", ")}`,
      owner: null,
    })),
  ];
}

export async function network(root: string, doctors: readonly DriverDoctor[]): Promise<DoctorFinding[]> {
  const used = await inUse(doctors);
  return stackNames(root)
    .filter((stack) => existsSync(sourceFile(root, stack)))
    .map((stack): DoctorFinding => {
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
      return subnetClashes(stack, parsed.spec.management.subnet, used);
    });
}
