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
const image = existsSync(setupFile)
  ? (JSON.parse(readFileSync(setupFile, "utf8")) as { images: { switch: string } }).images.switch
  : null;
if (image === null) console.warn(`skipped: no ${setupFile} (npm run setup makes it, and what the tests need)`);

(image === null ? describe.skip : describe)("the docker driver keeps the contract", () =>
  driverContract(() => ({
    driver: driverOf("docker"),
    cables: CABLES,
    lab: LABS[0],
    otherLab: LABS[1],
    spec: (lab, name) => ({
      name,
      hostname: `${name}.lab.local`,
      image: image ?? "",
      network: { name: lab.replace("/", "-"), subnet: subnetOf(lab) },
      ports: [],
      seed: null,
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
