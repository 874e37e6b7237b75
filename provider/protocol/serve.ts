/**
 * A Pulumi resource provider over the raw ResourceProvider gRPC service. The raw protocol gives what the high-level provider API does not:
 * detailedDiff per property, previews of outputs, and a start in a fraction of the time (nothing of the SDK but its message classes is loaded).
 */
import { setMaxListeners } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { useFastStructs } from "../../startup/fast-struct";
import { handlers, type Unary } from "./handlers";
import type { ResourceProvider } from "./resource";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the generated service has no types
const services = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderService: grpc.ServiceDefinition;
};

export {
  parseUrn,
  PartialFailure,
  type CheckFailure,
  type CheckResult,
  type DiffResult,
  type Operation,
  type ResourceProvider,
  type Resource,
  type Urn,
} from "./resource";

/** Serves a provider on a loopback port, printed on standard output as the engine expects. */
export function serve(provider: ResourceProvider): void {
  useFastStructs();
  const abort = new AbortController();
  const limit = 400 << 20;
  // Every operation under way listens to the one signal.
  setMaxListeners(0, abort.signal);
  const server = new grpc.Server({ "grpc.max_receive_message_length": limit, "grpc.max_send_message_length": limit });
  const known = handlers(provider, abort);
  server.addService(
    services.ResourceProviderService,
    Object.fromEntries(
      Object.keys(services.ResourceProviderService).map((name) => [name, known[name] ?? unimplemented(name)]),
    ) as grpc.UntypedServiceImplementation,
  );
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      console.error(error.message);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  // The engine runs plugins in a process group of their own and says by Cancel when the user interrupts; a signal is its request to end.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
  endWithParent();
}

/** Ends this process soon after the one that started it: an engine that is killed can say nothing. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 2000).unref();
}

/** The engine takes this status for "an older plugin" and goes on without the call. */
function unimplemented(name: string): Unary {
  return (_call: unknown, done: grpc.sendUnaryData<unknown>) =>
    done({ code: grpc.status.UNIMPLEMENTED, details: `${name} is not implemented` });
}
