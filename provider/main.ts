/** The local provider plugin: machines and the cables between them. */
import { FABRICLAB_VERSION } from "../common/version";
import { cabling } from "./cabling";
import { configurationResource } from "./configuration/resource";
import { sshShell } from "./configuration/shell";
import { driverOf } from "./drivers";
import { linkResource } from "./link";
import { machineResource } from "./machine";
import { serve, type Resource } from "./protocol/serve";

const resources: Readonly<Record<string, Resource>> = {
  "fabriclab:index:Machine": machineResource(driverOf),
  "fabriclab:index:Link": linkResource(cabling(driverOf)),
  "fabriclab:index:Configuration": configurationResource(driverOf, sshShell),
};

serve({
  name: "fabriclab",
  version: FABRICLAB_VERSION,
  resource: (type) => {
    const found = resources[type];
    if (found === undefined)
      throw new Error(`${type}: the fabriclab provider has ${Object.keys(resources).join(", ")}`);
    return found;
  },
});
