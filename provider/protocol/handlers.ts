/** The calls of the ResourceProvider service, by their names. */
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { parseUrn, type Operation, type ResourceProvider, type Resource } from "./resource";
import { checkResponse, diffResponse, serviceError } from "./responses";
import { fromStruct, toStruct, type Properties } from "./values";

export type Unary = grpc.handleUnaryCall<never, unknown>;
type Handlers = Record<string, Unary>;

const unary =
  <Q, R>(work: (request: Q) => Promise<R> | R): Unary =>
  (call: { request: Q }, done: grpc.sendUnaryData<R>): void => {
    void (async () => work(call.request))().then(
      (r) => done(null, r),
      (e: Error & { code?: number }) => done(serviceError(e)),
    );
  };

const operation = (
  q: pb.CreateRequest | pb.UpdateRequest | pb.DeleteRequest | pb.ReadRequest,
  signal: AbortSignal,
): Operation => ({
  urn: parseUrn(q.getUrn()),
  preview: "getPreview" in q ? q.getPreview() : false,
  timeout: "getTimeout" in q ? q.getTimeout() : 0,
  signal,
});

/** What the engine asks first: who the provider is, and what it can do. */
const introduction = (p: ResourceProvider): Handlers => ({
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
});

const configuration = (p: ResourceProvider): Handlers => ({
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
});

type ResourceOf = (urn: string) => Resource;

/** What touches no machine: a resource's inputs are checked, and compared with those before. */
const judging = (of: ResourceOf): Handlers => ({
  check: unary(async (q: pb.CheckRequest) => {
    const before = (): Properties | null => (q.getOlds() === undefined ? null : fromStruct(q.getOlds()));
    const news = fromStruct(q.getNews());
    const seed = Buffer.from(q.getRandomseed_asU8());
    const result = await of(q.getUrn()).check(parseUrn(q.getUrn()), news, before, seed);
    // Inputs that come back as they went in are answered with the message they came in.
    return checkResponse(result, result.inputs === news ? q.getNews() : undefined);
  }),
  diff: unary(async (q: pb.DiffRequest) => {
    const before = {
      inputs: fromStruct(q.getOldInputs()),
      // The state is the larger half of the message, and most diffs look at inputs alone.
      get state() {
        return fromStruct(q.getOlds());
      },
    };
    const [urn, news, ignore] = [parseUrn(q.getUrn()), fromStruct(q.getNews()), q.getIgnorechangesList()];
    return diffResponse(await of(q.getUrn()).diff(urn, q.getId(), before, news, ignore));
  }),
});

/** What makes, reads, changes and removes resources. */
const operations = (of: ResourceOf, signal: AbortSignal): Handlers => ({
  create: unary(async (q: pb.CreateRequest) => {
    const { id, state } = await of(q.getUrn()).create(operation(q, signal), fromStruct(q.getProperties()));
    const r = new pb.CreateResponse();
    r.setId(id);
    r.setProperties(toStruct(state));
    return r;
  }),
  read: unary(async (q: pb.ReadRequest) => {
    const [inputs, state] = [fromStruct(q.getInputs()), fromStruct(q.getProperties())];
    const found = await of(q.getUrn()).read(operation(q, signal), q.getId(), inputs, state);
    const r = new pb.ReadResponse();
    if (found !== null) {
      r.setId(found.id);
      r.setInputs(toStruct(found.inputs));
      r.setProperties(toStruct(found.state));
    }
    return r;
  }),
  update: unary(async (q: pb.UpdateRequest) => {
    const before = { inputs: fromStruct(q.getOldInputs()), state: fromStruct(q.getOlds()) };
    const state = await of(q.getUrn()).update(operation(q, signal), q.getId(), before, fromStruct(q.getNews()));
    const r = new pb.UpdateResponse();
    r.setProperties(toStruct(state));
    return r;
  }),
  delete: unary(async (q: pb.DeleteRequest) => {
    const [inputs, state] = [fromStruct(q.getOldInputs()), fromStruct(q.getProperties())];
    await of(q.getUrn()).delete(operation(q, signal), q.getId(), inputs, state);
    return new Empty();
  }),
});

/** Functions where the provider has some; components and methods, which no provider here has. */
const calls = (p: ResourceProvider): Handlers => ({
  invoke: unary(async (q: pb.InvokeRequest) => {
    if (p.invoke === undefined) throw new Error(`${p.name}: function ${q.getTok()} is not provided`);
    const r = new pb.InvokeResponse();
    r.setReturn(toStruct(await p.invoke(q.getTok(), fromStruct(q.getArgs()))));
    return r;
  }),
  construct: unary((q: pb.ConstructRequest) => {
    throw new Error(`${p.name}: component ${q.getType()} is not provided${p.components ?? ""}`);
  }),
  call: unary((q: pb.CallRequest) => {
    throw new Error(`${p.name}: method ${q.getTok()} is not provided${p.components ?? ""}`);
  }),
});

/** Every call that a provider answers. @param abort aborted when the engine cancels what is under way. */
export function handlers(p: ResourceProvider, abort: AbortController): Handlers {
  const of: ResourceOf = (urn) => p.resource(parseUrn(urn).type);
  return {
    ...introduction(p),
    ...configuration(p),
    ...judging(of),
    ...operations(of, abort.signal),
    ...calls(p),
    cancel: unary(() => {
      abort.abort();
      return new Empty();
    }),
    attach: unary(() => new Empty()),
  };
}
