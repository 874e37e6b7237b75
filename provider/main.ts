/** The local provider plugin: machines and the cables between them. */
import { dockerDriver } from "./drivers/docker";
import { linkResource } from "./link";
import { machineResource } from "./machine";
import { serve, type Resource } from "./protocol/serve";

const resources: Readonly<Record<string, Resource>> = {
  "fabriclab:index:Machine": machineResource(dockerDriver),
  "fabriclab:index:Link": linkResource(dockerDriver),
};

serve({
  name: "fabriclab",
  version: "0.1.0",
  resource: (type) => {
    const found = resources[type];
    if (found === undefined)
      throw new Error(`${type}: the fabriclab provider has ${Object.keys(resources).join(" and ")}`);
    return found;
  },
});
