import { createHash } from "node:crypto";
import { docker } from "../../../docker/client";
import { orNull } from "../../../docker/engine";
import type { VethEndpoint, VethHost } from "../../cables/veth";
import { LABEL, runHelper } from "./engine";

/** Locally administered unicast address, the same for an interface each time its cable is made again. */
export function macAddress(lab: string, machine: string, name: string): string {
  const hash = createHash("sha256").update(`${lab} ${machine} ${name}`).digest();
  return [0x02, ...hash.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** Cables are wired by a helper container in the host's network and process namespaces, so that nobody needs to be root on the host. */
const hostOf = (lab: string, image: string): VethHost => ({
  id: `docker ${lab}`,
  run: (script, args) =>
    runHelper({
      lab,
      image,
      script,
      args,
      host: { NetworkMode: "host", PidMode: "host", CapAdd: ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"] },
    }),
});

/** A machine's end of a cable: an interface in the network namespace of its container. Null for a container that is gone or stopped. */
export async function endpoint(
  machine: { readonly driverId: string; readonly name: string },
  name: string,
): Promise<VethEndpoint | null> {
  const info = await orNull(docker().getContainer(machine.driverId).inspect());
  if (info === null || !info.State.Running) return null;
  const lab = info.Config.Labels[LABEL.lab];
  if (lab === undefined)
    throw new Error(`container ${machine.driverId} carries no label ${LABEL.lab}: it is no machine`);
  return {
    kind: "veth",
    host: hostOf(lab, info.Image),
    pid: info.State.Pid,
    interface: name,
    mac: macAddress(lab, machine.name, name),
  };
}
