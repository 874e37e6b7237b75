/** Messages to the engine, which shows them beside the resource they are about. */
import * as grpc from "@grpc/grpc-js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";

export type MessageSeverity = "debug" | "info" | "warning" | "error";

interface EngineClient {
  log(request: LogRequest, done: (error: Error | null) => void): void;
}
type Generated = { EngineClient: new (address: string, credentials: grpc.ChannelCredentials) => EngineClient };

let client: EngineClient | null | undefined;

/** The engine gives its address as the last argument; a plugin started by hand has none. */
function engine(): EngineClient | null {
  if (client !== undefined) return client;
  const address = process.argv
    .slice(2)
    .filter((a) => !a.startsWith("-"))
    .at(-1);
  if (address === undefined || !/:\d+$/.test(address)) return (client = null);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with the first message, and the generated service has no types
  const { EngineClient: Client } = require("@pulumi/pulumi/proto/engine_grpc_pb") as Generated;
  return (client = new Client(address, grpc.credentials.createInsecure()));
}

/**
 * Shows `message` under the resource `urn`.
 *
 * @param passing shown in the resource's status column only, until the next one.
 */
export function log(urn: string, severity: MessageSeverity, message: string, passing = false): void {
  const to = engine();
  if (to === null) return;
  const { LogRequest: Request, LogSeverity } =
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
    require("@pulumi/pulumi/proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb");
  const request = new Request();
  request.setUrn(urn);
  request.setSeverity(
    { debug: LogSeverity.DEBUG, info: LogSeverity.INFO, warning: LogSeverity.WARNING, error: LogSeverity.ERROR }[
      severity
    ],
  );
  request.setMessage(message);
  request.setEphemeral(passing);
  // The message is for people: one that is lost harms nothing.
  to.log(request, () => undefined);
}
