import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import type { CommandModule } from "yargs";
import { ExitCode, Failure, UsageError } from "../../common/errors";
import type { Global } from "../global";
import { note } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const captureModule = lazy<typeof import("../../drill/capture")>(require, "../../drill/capture");
const heldModule = lazy<typeof import("../../drill/held")>(require, "../../drill/held");
const interruptModule = lazy<typeof import("../../drill/interrupt")>(require, "../../drill/interrupt");

interface Args extends Global {
  readonly machine: string;
  readonly interface: string;
  readonly filter?: string;
  readonly count?: number;
  readonly output?: string;
}

export const capture: CommandModule<Global, Args> = {
  command: "capture <machine> <interface>",
  describe: "see what passes an interface of a machine, as text or as pcap for Wireshark",
  builder: (yargs) =>
    yargs
      .positional("machine", {
        type: "string",
        demandOption: true,
        description: "name in the plan: leaf1, k8s-node-l1-1",
      })
      .positional("interface", {
        type: "string",
        demandOption: true,
        description: "kernel name: swp51, eth1, vxlan.calico, any",
      })
      .option("filter", {
        alias: "f",
        type: "string",
        requiresArg: true,
        description: "pcap-filter(7): 'udp port 4789'",
      })
      .option("count", { alias: "c", type: "number", requiresArg: true, description: "end after so many packets" })
      .option("output", {
        alias: "o",
        type: "string",
        requiresArg: true,
        description: "write pcap to this file, or to standard output (-); text on the terminal without it",
      })
      .example("$0 capture leaf1 swp51 -f 'tcp port 179'", "BGP, a line a packet, until Ctrl-C")
      .example("$0 capture leaf1 swp51 -o - | wireshark -k -i -", "as it passes")
      .example("$0 capture k8s-node-l1-1 eth1 -c 100 -o vxlan.pcap", "into a file"),
  handler: async ({ stack, machine, interface: name, filter, count, output }) => {
    if (count !== undefined && (!Number.isInteger(count) || count < 1))
      throw new UsageError(`--count ${count}: write a whole number of packets, 1 or more`);
    if (output === "-" && process.stdout.isTTY)
      throw new UsageError(
        "--output -: pcap is not for a terminal: pipe it (`| wireshark -k -i -`), write it to a file, or leave --output out for text",
      );
    const { openLab } = labModule();
    const { BadCapture, captureScript, checkCapture } = captureModule();
    const { passOn } = heldModule();
    const { interruptible } = interruptModule();
    const lab = await openLab(findRoot(), stack);
    try {
      await checkCapture(lab, machine, name);
    } catch (error) {
      throw error instanceof BadCapture ? new UsageError(`capture: ${error.message}`) : error;
    }
    const script = captureScript({
      machine,
      interface: name,
      filter: filter ?? "",
      count: count ?? null,
      form: output === undefined ? "text" : "pcap",
    });
    const to = output === undefined || output === "-" ? process.stdout : await fileStream(output);
    const ending = await interruptible((signal) => passOn(lab.machines, machine, script, to, signal));
    if (to !== process.stdout) await new Promise<void>((resolve) => to.end(resolve));
    if (ending.stderr !== "") note(ending.stderr.trim());
    if (ending.code !== 0) throw new ExitCode(1);
  },
};

/** @throws Failure where the file can't be written */
function fileStream(file: string): Promise<Writable> {
  return new Promise((resolve, reject) => {
    const made = createWriteStream(file);
    made
      .once("open", () => resolve(made))
      .once("error", (error) => reject(new Failure(`--output ${file}: ${error.message}`)));
  });
}
