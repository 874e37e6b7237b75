import { driverContract } from "../../contract/driver";
import { FakeDriver, machineInputs } from "./fake-driver";
import { machineSpec } from "../../../provider/machine";

describe("the fake driver keeps the contract", () =>
  driverContract(() => {
    const driver = new FakeDriver();
    driver.bootMs = 20;
    return {
      driver,
      cables: [driver.cables],
      lab: "fabriclab/one",
      otherLab: "fabriclab/two",
      spec: (_, name) => machineSpec(machineInputs({ name })),
      stop: async (driverId) => driver.stop(driverId),
      vanish: async (driverId) => driver.vanish(driverId),
    };
  }));
