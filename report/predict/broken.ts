import type { LabPlan } from "../../plan";
import { machineNames } from "../../plan/lookup";
import type { Broken } from "../../plan/prediction";
import { didYouMean } from "../../lab-spec/suggest";
import { UsageError } from "../../common/errors";

/** What may stand before a name in --broken. */
const KINDS = ["link", "node", "switch", "machine"] as const;
type Kind = (typeof KINDS)[number];

/** Names that --broken takes, with their kinds, sorted. */
export function breakable(plan: LabPlan): string[] {
  return [...machineNames(plan).map((name) => `node:${name}`), ...plan.links.map(({ name }) => `link:${name}`)].sort();
}

/**
 * Reads `link:leaf1-spine1,node:spine2`: links by their name or that of their ends in the other order; any machine as node.
 *
 * @throws UsageError that names what was probably meant
 */
export function parseBroken(text: string | undefined, plan: LabPlan): Broken {
  const links: string[] = [];
  const names: string[] = [];
  for (const part of (text ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")) {
    const [kind = "", ...rest] = part.split(":");
    const name = rest.join(":");
    if (!isKind(kind) || name === "")
      throw new UsageError(
        `--broken ${part}: write link:NAME or node:NAME, as in link:${plan.links[0]?.name ?? "leaf1-spine1"},node:${plan.switches[0]?.name ?? "spine1"}`,
      );
    if (kind === "link") links.push(linkNamed(name, plan));
    else if (machineNames(plan).includes(name)) names.push(name);
    else
      throw new UsageError(
        `--broken ${part}: lab ${plan.name} has no machine "${name}". ${didYouMean(name, machineNames(plan))}`,
      );
  }
  return { links: [...new Set(links)].sort(), machines: [...new Set(names)].sort() };
}

const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text);

function linkNamed(name: string, plan: LabPlan): string {
  const found = plan.links.find((link) => link.name === name || `${link.b.machine}-${link.a.machine}` === name);
  if (found === undefined)
    throw new UsageError(
      `--broken link:${name}: lab ${plan.name} has no link "${name}". ${didYouMean(
        name,
        plan.links.map((link) => link.name),
      )}`,
    );
  return found.name;
}
