import { docker } from "../../../docker/client";
import { orNull } from "../../../docker/engine";
import type { MachineStatus } from "../driver";
import { limitsOf } from "./container";
import { containersOf, LABEL } from "./engine";

/** The machines of a lab that are there, running or not; one that goes meanwhile is left out. */
export async function statusesOf(lab: string): Promise<MachineStatus[]> {
  const seen = await Promise.all(
    (await containersOf(lab)).map(async ({ Id, Labels }): Promise<MachineStatus | null> => {
      const name = Labels[LABEL.machine];
      // A helper carries the lab's label, but is no machine.
      const info = name === undefined ? null : await orNull(docker().getContainer(Id).inspect());
      if (name === undefined || info === null) return null;
      const addresses = Object.values(info.NetworkSettings.Networks).map((network) => network.IPAddress);
      return {
        name,
        state: info.State.Status,
        startedAt: info.State.Running ? info.State.StartedAt : null,
        address: addresses.find((address) => address !== "") ?? null,
        ...limitsOf(info),
      };
    }),
  );
  return seen.filter((each) => each !== null);
}
