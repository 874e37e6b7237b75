/** The contract of drivers, kept with a real container engine. Needs the images of set-up; without them every test says so. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { docker } from "../../docker/client";
import { CABLES } from "../../provider/cables";
import { driverOf } from "../../provider/drivers";
import { driverContract } from "../contract/driver";

/** Names and subnets of this process: a run beside it, of another checkout, is not disturbed. */
const RUN = process.pid;
const LABS = [`fabriclab/contract-${RUN}`, `fabriclab/contract-other-${RUN}`] as const;
const subnetOf = (lab: string): string => `10.202.${(RUN % 128) + (lab === LABS[0] ? 0 : 128)}.0/24`;

const setupFile = path.join(process.cwd(), ".fabriclab", "setup.json");
const setup = existsSync(setupFile)
  ? (JSON.parse(readFileSync(setupFile, "utf8")) as { images: { switch: string }; ownKernel: { volume: string } })
  : null;
if (setup === null) console.warn(`skipped: no ${setupFile} (npm run setup makes it, and what the tests need)`);

const KERNELS = [
  ["the kernel of this host", null],
  ["a kernel of their own", { volume: setup?.ownKernel.volume ?? "", memoryMiB: 256 }],
] as const;

(setup === null ? describe.skip : describe).each(KERNELS)(
  "the docker driver keeps the contract, machines on %s",
  (_, kernel) =>
    driverContract(() => ({
      driver: driverOf("docker"),
      cables: CABLES,
      lab: LABS[0],
      otherLab: LABS[1],
      spec: (lab, name) => ({
        name,
        hostname: `${name}.lab.local`,
        image: setup?.images.switch ?? "",
        network: { name: lab.replace("/", "-"), subnet: subnetOf(lab) },
        ports: [],
        seed: null,
        kernel,
        memoryMiB: null,
        cpus: null,
      }),
      stop: async (driverId) => {
        await docker().getContainer(driverId).stop({ t: 3 });
      },
      vanish: async (driverId) => {
        await docker().getContainer(driverId).remove({ force: true, v: true });
      },
    })),
);
