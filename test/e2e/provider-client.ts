/** The engine's side of the provider protocol: what the tests of a provider plugin call it with. */
import { spawn, type ChildProcess } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { BinaryReader } from "google-protobuf";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { fromStruct, plainProperties, toStruct, type Properties } from "../../provider/protocol/values";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the generated service has no types
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: new (address: string, credentials: grpc.ChannelCredentials, options: object) => Client;
};

type Client = Record<
  string,
  (request: unknown, done: (error: grpc.ServiceError | null, response: never) => void) => void
> & { close(): void };

/** A resource as the engine keeps it: state is without secret marks. */
export interface Kept {
  id: string;
  inputs: Properties;
  state: Properties;
  raw: Properties;
}
export interface Difference {
  detailed: Record<string, string>;
  replaces: string[];
}
/** A resource that exists but is not as it should be: the engine keeps it in the state. */
export class InitFailed extends Error {
  constructor(
    message: string,
    readonly kept: Kept,
  ) {
    super(message);
  }
}

const KINDS = Object.fromEntries(
  Object.entries(pb.PropertyDiff.Kind).map(([name, value]) => [value, name.toLowerCase()]),
);

/** The resource in the details (google.rpc.Status, field 3) of an error. */
function keptBy(error: grpc.ServiceError): Kept | null {
  const [status] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (status === undefined) return null;
  const reader = new BinaryReader(status);
  while (reader.nextField()) {
    if (reader.getFieldNumber() !== 3) {
      reader.skipField();
      continue;
    }
    const failed = pb.ErrorResourceInitFailed.deserializeBinary(
      Any.deserializeBinary(reader.readBytes()).getValue_asU8(),
    );
    const raw = fromStruct(failed.getProperties());
    return { id: failed.getId(), inputs: fromStruct(failed.getInputs()), raw, state: plainProperties(raw) };
  }
  return null;
}

export class ProviderClient {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: Client,
    private readonly stack: string,
  ) {}

  /** Starts the plugin and connects to it. @param stack whose resources they are: "<project>/<stack>". */
  static async start(file: string, stack: string): Promise<ProviderClient> {
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the provider ended with ${code}`)));
      child.stdout.once("data", (d: Buffer) => resolve(d.toString().trim()));
    });
    return new ProviderClient(
      child,
      new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {}),
      stack,
    );
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  urn(type: string, name: string): string {
    const [project, stack] = this.stack.split("/");
    return `urn:pulumi:${stack}::${project}::fabriclab:index:${type}::${name}`;
  }

  private call<R>(method: string, request: unknown): Promise<R> {
    return new Promise((resolve, reject) =>
      this.client[method]!(request, (error, response) => {
        const kept = error === null ? null : keptBy(error);
        if (error === null) resolve(response);
        else reject(kept === null ? error : new InitFailed(error.message, kept));
      }),
    );
  }

  /** Reasons of all failures, and the inputs with defaults. */
  async check(type: string, inputs: Properties): Promise<{ inputs: Properties; failures: string[] }> {
    const q = new pb.CheckRequest();
    q.setUrn(this.urn(type, "x"));
    q.setNews(toStruct(inputs));
    const r = await this.call<pb.CheckResponse>("check", q);
    return { inputs: fromStruct(r.getInputs()), failures: r.getFailuresList().map((f) => f.getReason()) };
  }

  /** Checks and creates. @throws the plugin's error. */
  async create(type: string, given: Properties, preview = false): Promise<Kept> {
    const { inputs, failures } = await this.check(type, given);
    if (failures.length > 0) throw new Error(failures.join("; "));
    const q = new pb.CreateRequest();
    q.setUrn(this.urn(type, String(given.name ?? "cable")));
    q.setProperties(toStruct(inputs));
    q.setPreview(preview);
    const r = await this.call<pb.CreateResponse>("create", q);
    const raw = fromStruct(r.getProperties());
    return { id: r.getId(), inputs, raw, state: plainProperties(raw) };
  }

  /** Null when it is gone. */
  async read(type: string, was: Kept): Promise<Kept | null> {
    const q = new pb.ReadRequest();
    q.setUrn(this.urn(type, String(was.inputs.name ?? "cable")));
    q.setId(was.id);
    q.setInputs(toStruct(was.inputs));
    q.setProperties(toStruct(was.raw));
    const r = await this.call<pb.ReadResponse>("read", q);
    const raw = fromStruct(r.getProperties());
    return r.getId() === ""
      ? null
      : { id: r.getId(), inputs: fromStruct(r.getInputs()), raw, state: plainProperties(raw) };
  }

  async diff(type: string, was: Kept, inputs: Properties): Promise<Difference> {
    const q = new pb.DiffRequest();
    q.setUrn(this.urn(type, "x"));
    q.setId(was.id);
    q.setOldInputs(toStruct(was.inputs));
    q.setOlds(toStruct(was.raw));
    q.setNews(toStruct((await this.check(type, inputs)).inputs));
    const r = await this.call<pb.DiffResponse>("diff", q);
    const detailed: Record<string, string> = {};
    r.getDetaileddiffMap().forEach((d, path) => {
      detailed[path] = KINDS[d.getKind()]!;
    });
    return { detailed, replaces: r.getReplacesList() };
  }

  async update(type: string, was: Kept, given: Properties): Promise<Kept> {
    const { inputs } = await this.check(type, given);
    const q = new pb.UpdateRequest();
    q.setUrn(this.urn(type, String(given.name ?? "cable")));
    q.setId(was.id);
    q.setOldInputs(toStruct(was.inputs));
    q.setOlds(toStruct(was.raw));
    q.setNews(toStruct(inputs));
    const raw = fromStruct((await this.call<pb.UpdateResponse>("update", q)).getProperties());
    return { id: was.id, inputs, raw, state: plainProperties(raw) };
  }

  async delete(type: string, was: Kept): Promise<void> {
    const q = new pb.DeleteRequest();
    q.setUrn(this.urn(type, String(was.inputs.name ?? "cable")));
    q.setId(was.id);
    q.setOldInputs(toStruct(was.inputs));
    q.setProperties(toStruct(was.raw));
    await this.call("delete", q);
  }

  /** As the engine does when the user interrupts it. */
  async cancel(): Promise<void> {
    await this.call("cancel", new Empty());
  }
}
