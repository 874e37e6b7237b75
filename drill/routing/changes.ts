import { nodesOf } from "../../plan/lookup";
import type { Address } from "../../plan/types";
import type { LabAccess } from "../../verify/types";

/** A session that went down or came up, as a switch's or node's own log has it. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly machine: string;
  readonly neighbor: Address;
  readonly state: "Up" | "Down";
  /** FRR's or BIRD's words: "Interface down", "BFD down received", "Hold Timer Expired"; empty for Up. */
  readonly why: string;
}

/**
 * Reads bgpd's lines of `journalctl -o short-unix`: %ADJCHANGE (`bgp log-neighbor-changes`, a default of the datacenter profile), and of a session
 * that ended with a notification the reason in the %NOTIFICATION before it.
 */
export function parseChanges(machine: string, text: string): Change[] {
  const notified = new Map<string, string>();
  const found: Change[] = [];
  for (const line of text.split("\n")) {
    const reason = /%NOTIFICATION.*?: (?:sent to|received from) neighbor (\S+) \S+ \((.+?)\)/.exec(line);
    if (reason !== null) notified.set(reason[1] ?? "", reason[2] ?? "");
    const change = /^(\d+\.\d+) .*%ADJCHANGE: neighbor (\S+?)(?:\(.*?\))? in vrf \S+ (Up|Down) ?(.*)$/.exec(line);
    if (change === null) continue;
    const neighbor = change[2] ?? "";
    const why = (change[4] ?? "").trim();
    found.push({
      at: Number(change[1]) * 1000,
      machine,
      neighbor,
      state: change[3] as Change["state"],
      why: /Notification/.test(why) ? (notified.get(neighbor) ?? why) : why,
    });
  }
  return found;
}

/** BIRD logs the states of its protocols (calico-node's `logSeverityScreen`), which Calico names after the neighbor: "Node_10_0_101_1". */
const BIRD_LINE = /^(\S+) std(?:out|err) F bird: (?:Mesh|Node|Global)_(\d+)_(\d+)_(\d+)_(\d+)\S*: (.*)$/;
const KEPT = "lost; its routes are kept (graceful restart)";

/**
 * Reads BIRD's lines in calico-node's log, as the container runtime writes it. An established session that ends goes through "stop", or straight to
 * "start" where the neighbor's routes are kept; the reason is in the line before.
 */
export function parseBird(machine: string, text: string): Change[] {
  const down = new Set<Address>();
  const reasons = new Map<Address, string>();
  const found: Change[] = [];
  for (const line of text.split("\n")) {
    const read = BIRD_LINE.exec(line);
    if (read === null) continue;
    const at = Date.parse(read[1] ?? "");
    const neighbor = read.slice(2, 6).join(".");
    const said = read[6] ?? "";
    const state = /^State changed to (\w+)/.exec(said)?.[1];
    const reason = /^(?:Error|Received): (.*)$/.exec(said)?.[1];
    if (reason !== undefined) reasons.set(neighbor, reason);
    if (state === "up" && down.delete(neighbor)) found.push({ at, machine, neighbor, state: "Up", why: "" });
    if ((state === "stop" || state === "start") && !down.has(neighbor)) {
      down.add(neighbor);
      found.push({
        at,
        machine,
        neighbor,
        state: "Down",
        why: reasons.get(neighbor) ?? (state === "start" ? KEPT : "lost"),
      });
    }
  }
  return found;
}

const BIRD_LOG = "grep -hE 'bird: (Mesh|Node|Global)_' /var/log/pods/kube-system_calico-node-*/calico-node/*.log";

/** Session changes in the logs of all switches, and of nodes that speak BGP, since a time, oldest first. */
export async function changesSince(access: LabAccess, since: number): Promise<Change[]> {
  const { switches } = access.plan;
  const found = await Promise.all([
    ...switches.map(async ({ name }) =>
      parseChanges(
        name,
        (
          await access.run(
            name,
            `journalctl -q --no-pager -o short-unix --since @${Math.floor(since / 1000)} -g 'ADJCHANGE|NOTIFICATION'`,
          )
        ).stdout,
      ),
    ),
    ...nodesOf(access.plan)
      .filter((each) => each.bgp !== null)
      .map(async ({ name }) => parseBird(name, later((await access.run(name, BIRD_LOG)).stdout, since))),
  ]);
  return found
    .flat()
    .filter((each) => each.at >= since)
    .sort((a, b) => a.at - b.at);
}

/** The lines written since a time. */
const later = (text: string, since: number): string =>
  text
    .split("\n")
    .filter((line) => Date.parse(line.split(" ")[0] ?? "") >= since)
    .join("\n");
