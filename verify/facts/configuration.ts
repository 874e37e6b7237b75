import { setTimeout as sleep } from "node:timers/promises";
import { driftIn, driftOf, isLeft, leftText, NEEDED, type Aspect } from "../../configuration/drift";
import { parseFacts, type Facts } from "../../configuration/facts";
import { lookText } from "../../configuration/look";
import { HIDDEN, withoutPasswords } from "../../configuration/passwords";
import type { Wanted } from "../../configuration/wanted";
import { clusterLab } from "../../plan/cluster";
import { machinesOf } from "../../plan/lookup";
import {
  decidingObjects,
  KUBEADM_DEPLOYMENTS,
  nodeFiles,
  serverFiles,
  serverState,
  speakerMarks,
  switchFiles,
  switchState,
} from "../../plan/render";
import type { LabPlan, ServerPlan, SwitchPlan } from "../../plan/types";
import { output } from "../access";
import type { LabAccess } from "../types";

const NOTHING = { files: {}, routing: null, system: null, member: null, deployments: [], objects: null } as const;

/** What each machine of a plan is meant to hold, but for passwords: verify is not told them, and compares all else. */
export function wantedOn(plan: LabPlan, of: SwitchPlan | ServerPlan): Wanted {
  if (!("kind" in of))
    return {
      ...NOTHING,
      files: switchFiles(plan, of.name, { bgpPassword: HIDDEN }),
      routing: "replace",
      system: switchState(of),
    };
  if (of.kind === "balancer") return NOTHING;
  if (of.kind === "host") return { ...NOTHING, files: serverFiles(of), system: serverState(of, plan) };
  const lab = clusterLab(plan);
  const leads = of.name === lab.cluster.controlPlane;
  return {
    files: nodeFiles(plan, of.name),
    routing: null,
    system: serverState(of, plan),
    member: of.bgp === null ? null : { node: of.name, cluster: "", ...speakerMarks(of, lab) },
    deployments: leads ? KUBEADM_DEPLOYMENTS : [],
    objects: leads ? decidingObjects(lab) : null,
  };
}

/** Machines that have something to compare in one respect. */
export const machinesWith = (plan: LabPlan, aspect: Aspect): (SwitchPlan | ServerPlan)[] =>
  machinesOf(plan).filter((of) => NEEDED[aspect](wantedOn(plan, of)).length > 0);

/** How long a machine may take to tell all that is compared. */
const LOOK_MS = 30_000;
/** A difference is one that a second look finds too: what converges looks like a difference for a moment. */
const SECOND_LOOK_MS = 1000;

async function look(lab: LabAccess, machine: string, wanted: Wanted): Promise<Facts> {
  return parseFacts(await output(lab, machine, lookText(wanted), { timeoutMs: LOOK_MS }));
}

/** Two looks at a machine where the first finds a difference, one else. */
function looksAt(lab: LabAccess, machine: string, wanted: Wanted): Promise<readonly Facts[]> {
  return lab.once(`configuration ${machine}`, async () => {
    const first = withoutPasswords(await look(lab, machine, wanted));
    if (driftOf(first, wanted).length === 0) return [first];
    await sleep(SECOND_LOOK_MS);
    return [first, withoutPasswords(await look(lab, machine, wanted))];
  });
}

/**
 * What differs on a machine in one respect, and differs a moment later too, for people.
 *
 * @throws Error that names what gave no answer
 */
export async function differencesOn(
  lab: LabAccess,
  of: SwitchPlan | ServerPlan,
  aspect: Aspect,
): Promise<readonly string[]> {
  const wanted = wantedOn(lab.plan, of);
  const looks = await looksAt(lab, of.name, wanted);
  // A file that is missing is a difference; any other program that fails has told nothing.
  const silent = NEEDED[aspect](wanted).filter(
    (section) => !section.startsWith("file:") && looks.at(-1)!.get(section)?.status !== 0,
  );
  if (silent.length > 0) throw new Error(`no answer about: ${silent.join(", ")}`);
  const [first = [], ...later] = looks.map((facts) => driftIn(aspect, facts, wanted));
  return first
    .filter(({ says }) => later.every((found) => found.some((each) => each.says === says)))
    .map((each) => (isLeft(each) ? leftText(each, of.name) : each.says));
}
