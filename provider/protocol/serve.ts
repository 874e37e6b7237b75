/**
 * A Pulumi resource provider over the raw ResourceProvider gRPC service. The raw protocol gives what the high-level provider API does not:
 * detailedDiff per property, previews of outputs, and a start in a fraction of the time (nothing of the SDK but its message classes is loaded).
 */
import { setMaxListeners } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { Changes } from "./diff";
import { useFastStructs } from "../../startup/fast-struct";
import { fromStruct, toStruct, type Properties } from "./values";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the generated service has no types
const services = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderService: grpc.ServiceDefinition;
};

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}
export interface Urn {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly stack: string;
  readonly project: string;
}

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures?: readonly CheckFailure[];
}
export interface DiffResult {
  readonly changes: Changes;
  readonly replace?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

export interface Operation {
  readonly urn: Urn;
  readonly preview: boolean;
  /** Seconds that the program allows; 0 means the resource's own default. */
  readonly timeout: number;
  /** Aborted when the user interrupts the engine. */
  readonly signal: AbortSignal;
}

/** What one resource type does. Inputs and state are wire values: secrets are still marked. */
export interface Resource {
  check(
    urn: Urn,
    inputs: Properties,
    before: () => Properties | null,
    randomSeed: Buffer,
  ): Promise<CheckResult> | CheckResult;
  diff(
    urn: Urn,
    id: string,
    before: { inputs: Properties; state: Properties },
    inputs: Properties,
    ignore: readonly string[],
  ): Promise<DiffResult> | DiffResult;
  create(op: Operation, inputs: Properties): Promise<{ id: string; state: Properties }>;
  /** Null when the thing is gone. */
  read(
    op: Operation,
    id: string,
    inputs: Properties,
    state: Properties,
  ): Promise<{ id: string; inputs: Properties; state: Properties } | null>;
  update(
    op: Operation,
    id: string,
    before: { inputs: Properties; state: Properties },
    inputs: Properties,
  ): Promise<Properties>;
  delete(op: Operation, id: string, inputs: Properties, state: Properties): Promise<void>;
}

/** A resource that exists but did not become what it should: the engine keeps its state and shows the reasons. */
export class PartialFailure extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly state: Properties,
    readonly inputs: Properties,
  ) {
    super(message);
  }
}

export interface Provider {
  readonly name: string;
  readonly version: string;
  /** @throws Error for a type this provider does not have. */
  resource(type: string): Resource;
  checkConfig?(inputs: Properties): CheckResult;
  diffConfig?(before: Properties, after: Properties): DiffResult;
  configure?(inputs: Properties): void | Promise<void>;
  /** Functions; without it a call is an error. */
  invoke?(token: string, args: Properties): Promise<Properties>;
  /** What to do about components and methods, which no provider here has: the end of the error that a program gets for one. */
  readonly components?: string;
}

export function parseUrn(urn: string): Urn {
  const [head = "", project = "", types = "", ...name] = urn.split("::");
  return {
    urn,
    stack: head.replace(/^urn:pulumi:/, ""),
    project,
    type: types.split("$").at(-1)!,
    name: name.join("::"),
  };
}

type Unary = grpc.handleUnaryCall<never, unknown>;

const unary =
  <Q, R>(work: (request: Q) => Promise<R> | R): Unary =>
  (call: { request: Q }, done: grpc.sendUnaryData<R>): void => {
    void (async () => work(call.request))().then(
      (r) => done(null, r),
      (e: Error & { code?: number }) => done(serviceError(e)),
    );
  };

function serviceError(error: Error): Partial<grpc.StatusObject> {
  if (!(error instanceof PartialFailure)) return { code: grpc.status.UNKNOWN, details: error.message };
  const detail = new pb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(error.state));
  detail.setInputs(toStruct(error.inputs));
  detail.setReasonsList([error.message]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", statusDetails(error.message, detail.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

/** google.rpc.Status {code = 1, message = 2, details = 3: Any {type_url = 1, value = 2}} by hand: three fields do not need a library. */
function statusDetails(message: string, detail: Uint8Array): Buffer {
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
  const field = (tag: number, bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([(tag << 3) | 2, ...varint(bytes.length)]), bytes]);
  const any = Buffer.concat([
    field(1, Buffer.from("type.googleapis.com/pulumirpc.ErrorResourceInitFailed")),
    field(2, detail),
  ]);
  return Buffer.concat([Buffer.from([1 << 3, grpc.status.UNKNOWN]), field(2, Buffer.from(message)), field(3, any)]);
}

function checkResponse(result: CheckResult, same?: ReturnType<pb.CheckRequest["getNews"]>): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(same ?? toStruct(result.inputs));
  response.setFailuresList(
    (result.failures ?? []).map(({ property, reason }) => {
      const failure = new pb.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function diffResponse(result: DiffResult): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const kinds = pb.PropertyDiff.Kind;
  const replace = new Set(result.replace ?? []);
  response.setChanges(
    result.changes.size + replace.size > 0
      ? pb.DiffResponse.DiffChanges.DIFF_SOME
      : pb.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setReplacesList([...replace]);
  response.setDiffsList([...new Set([...result.changes.keys()].map((p) => p.split(/[.[]/)[0]!))]);
  response.setDeletebeforereplace(result.deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(true);
  for (const [path, kind] of result.changes) {
    const diff = new pb.PropertyDiff();
    const base = { add: kinds.ADD, update: kinds.UPDATE, delete: kinds.DELETE }[kind];
    diff.setKind(replace.has(path) ? base + 1 : base);
    diff.setInputdiff(true);
    (response.getDetaileddiffMap() as unknown as Map<string, pb.PropertyDiff>).set(path, diff);
  }
  return response;
}

const operation = (
  q: pb.CreateRequest | pb.UpdateRequest | pb.DeleteRequest | pb.ReadRequest,
  signal: AbortSignal,
): Operation => ({
  urn: parseUrn(q.getUrn()),
  preview: "getPreview" in q ? q.getPreview() : false,
  timeout: "getTimeout" in q ? q.getTimeout() : 0,
  signal,
});

function handlers(p: Provider, abort: AbortController): Record<string, Unary> {
  const of = (urn: string): Resource => p.resource(parseUrn(urn).type);
  const signal = abort.signal;
  return {
    handshake: unary(() => {
      const r = new pb.ProviderHandshakeResponse();
      r.setAcceptSecrets(true);
      r.setAcceptResources(false);
      return r;
    }),
    getSchema: unary(() => {
      const r = new pb.GetSchemaResponse();
      r.setSchema(JSON.stringify({ name: p.name, version: p.version }));
      return r;
    }),
    getPluginInfo: unary(() => {
      const r = new plugin.PluginInfo();
      r.setVersion(p.version);
      return r;
    }),
    checkConfig: unary((q: pb.CheckRequest) =>
      checkResponse(p.checkConfig?.(fromStruct(q.getNews())) ?? { inputs: fromStruct(q.getNews()) }),
    ),
    diffConfig: unary((q: pb.DiffRequest) =>
      diffResponse(
        p.diffConfig?.(fromStruct(q.getOldInputs() ?? q.getOlds()), fromStruct(q.getNews())) ?? { changes: new Map() },
      ),
    ),
    configure: unary(async (q: pb.ConfigureRequest) => {
      await p.configure?.(fromStruct(q.getArgs()));
      const r = new pb.ConfigureResponse();
      r.setAcceptsecrets(true);
      r.setSupportspreview(true);
      r.setAcceptresources(false);
      r.setAcceptoutputs(false);
      return r;
    }),
    invoke: unary(async (q: pb.InvokeRequest) => {
      if (p.invoke === undefined) throw new Error(`${p.name}: function ${q.getTok()} is not provided`);
      const r = new pb.InvokeResponse();
      r.setReturn(toStruct(await p.invoke(q.getTok(), fromStruct(q.getArgs()))));
      return r;
    }),
    check: unary(async (q: pb.CheckRequest) => {
      const before = (): Properties | null => (q.getOlds() === undefined ? null : fromStruct(q.getOlds()));
      const news = fromStruct(q.getNews());
      const result = await of(q.getUrn()).check(
        parseUrn(q.getUrn()),
        news,
        before,
        Buffer.from(q.getRandomseed_asU8()),
      );
      // Inputs that come back as they went in are answered with the message they came in.
      return checkResponse(result, result.inputs === news ? q.getNews() : undefined);
    }),
    diff: unary(async (q: pb.DiffRequest) =>
      diffResponse(
        await of(q.getUrn()).diff(
          parseUrn(q.getUrn()),
          q.getId(),
          {
            inputs: fromStruct(q.getOldInputs()),
            // The state is the larger half of the message, and most diffs look at inputs alone.
            get state() {
              return fromStruct(q.getOlds());
            },
          },
          fromStruct(q.getNews()),
          q.getIgnorechangesList(),
        ),
      ),
    ),
    create: unary(async (q: pb.CreateRequest) => {
      const { id, state } = await of(q.getUrn()).create(operation(q, signal), fromStruct(q.getProperties()));
      const r = new pb.CreateResponse();
      r.setId(id);
      r.setProperties(toStruct(state));
      return r;
    }),
    read: unary(async (q: pb.ReadRequest) => {
      const found = await of(q.getUrn()).read(
        operation(q, signal),
        q.getId(),
        fromStruct(q.getInputs()),
        fromStruct(q.getProperties()),
      );
      const r = new pb.ReadResponse();
      if (found !== null) {
        r.setId(found.id);
        r.setInputs(toStruct(found.inputs));
        r.setProperties(toStruct(found.state));
      }
      return r;
    }),
    update: unary(async (q: pb.UpdateRequest) => {
      const state = await of(q.getUrn()).update(
        operation(q, signal),
        q.getId(),
        { inputs: fromStruct(q.getOldInputs()), state: fromStruct(q.getOlds()) },
        fromStruct(q.getNews()),
      );
      const r = new pb.UpdateResponse();
      r.setProperties(toStruct(state));
      return r;
    }),
    delete: unary(async (q: pb.DeleteRequest) => {
      await of(q.getUrn()).delete(
        operation(q, signal),
        q.getId(),
        fromStruct(q.getOldInputs()),
        fromStruct(q.getProperties()),
      );
      return new Empty();
    }),
    construct: unary((q: pb.ConstructRequest) => {
      throw new Error(`${p.name}: component ${q.getType()} is not provided${p.components ?? ""}`);
    }),
    call: unary((q: pb.CallRequest) => {
      throw new Error(`${p.name}: method ${q.getTok()} is not provided${p.components ?? ""}`);
    }),
    cancel: unary(() => {
      abort.abort();
      return new Empty();
    }),
    attach: unary(() => new Empty()),
  };
}

/** Serves a provider on a loopback port, printed on standard output as the engine expects. */
export function serve(provider: Provider): void {
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
