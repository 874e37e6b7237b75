import { randomBytes } from "node:crypto";
import { log } from "../../provider/protocol/engine";
import { PartialFailure, type Operation, type Resource } from "../../provider/protocol/serve";
import {
  hasUnknown,
  plainProperties,
  remark,
  secret,
  UNKNOWN,
  type Properties,
  type Value,
} from "../../provider/protocol/values";
import { untilGone, untilReady } from "./await";
import { check } from "./check";
import { Unreachable, type Cluster } from "./cluster";
import { diff, type Mutability } from "./diff";
import { driftedInputs, importedInputs, restrict, without } from "./drift";
import { ApiError } from "./rest";
import { tokenGvk, type KubeObject } from "./types";

export interface Settings {
  /** Null while the kubeconfig is not known (a preview before the cluster exists). */
  readonly cluster: Cluster | null;
  readonly namespace: string;
  readonly mutable: Mutability;
  /** An object whose cluster can't be reached: an error, gone, or taken as it was. */
  readonly unreachable: "error" | "delete" | "skip";
}

/** Where the state keeps the name under which an object's fields are managed; the engine shows no property that begins so. */
const MANAGER = "__fieldManager";

function managerOf(object: KubeObject, state: Properties | null): string {
  return (
    object.metadata.annotations?.["pulumi.com/patchFieldManager"] ??
    (state?.[MANAGER] as string | undefined) ??
    `pulumi-kubernetes-${randomBytes(4).toString("hex")}`
  );
}

/** Noise of the API server that is nobody's to keep. */
function tidy(live: KubeObject): Properties {
  const object = live as unknown as Properties;
  return { ...object, metadata: without(["managedFields"], object.metadata as Properties) };
}

/** All data of a Secret is secret, marked so by the program or not. */
function hideData(kind: string, properties: Properties): Properties {
  if (kind !== "Secret") return properties;
  return {
    ...properties,
    ...Object.fromEntries(
      ["data", "stringData"]
        .filter((f) => properties[f] !== undefined)
        .map((f) => [f, secret(plainProperties(properties)[f]!)]),
    ),
  };
}

/** State of an object: what is live, with what was secret going in secret again. */
function stateOf(live: KubeObject, inputs: Properties, manager: string): Properties {
  return hideData(live.kind, { ...(remark(tidy(live), inputs) as Properties), [MANAGER]: manager });
}

const wire = (inputs: Properties): KubeObject => plainProperties(inputs) as unknown as KubeObject;
const idOf = (o: KubeObject): string =>
  o.metadata.namespace === undefined ? o.metadata.name : `${o.metadata.namespace}/${o.metadata.name}`;
const UNREACHABLE_HINT =
  "If the cluster was deleted, set PULUMI_K8S_DELETE_UNREACHABLE=true to remove its objects from the state.";

/** What to send for reading and deleting: the object by its id, of the kind that its inputs, its state or its type name. */
function identified(op: Operation, id: string, inputs: Properties, state: Properties): KubeObject {
  const known = wire(Object.keys(inputs).length > 0 ? inputs : state);
  const [name, namespace] = id.split("/").reverse();
  return {
    ...known,
    ...(known.kind === undefined ? tokenGvk(op.urn.type) : {}),
    metadata: { ...known.metadata, name: name!, ...(namespace === undefined ? {} : { namespace }) },
  };
}

class ObjectResource implements Resource {
  constructor(private readonly settings: Settings) {}

  private get cluster(): Cluster {
    if (this.settings.cluster === null)
      throw new Error("the provider has no kubeconfig: set `kubeconfig`, or KUBECONFIG");
    return this.settings.cluster;
  }

  private async settle(
    op: Operation,
    live: KubeObject,
    inputs: Properties,
    manager: string,
  ): Promise<{ id: string; state: Properties }> {
    try {
      const object = await untilReady(live, this.cluster, {
        timeout: op.timeout,
        signal: op.signal,
        say: (text) => log(op.urn.urn, "info", text, true),
      });
      return { id: idOf(live), state: stateOf(object, inputs, manager) };
    } catch (error) {
      throw new PartialFailure((error as Error).message, idOf(live), stateOf(live, inputs, manager), inputs);
    }
  }

  /** What the API server would make of it, where it can be asked; else what is asked for. */
  private async rehearse(op: Operation, inputs: Properties, before: Properties | null): Promise<Properties> {
    const { cluster } = this.settings;
    const object = wire(inputs);
    if (
      cluster === null ||
      hasUnknown(object as unknown as Value) ||
      object.metadata.name === undefined ||
      !(await cluster.reachable())
    )
      return inputs;
    const manager = managerOf(object, before);
    try {
      const live = await cluster.apply(object, {
        dryRun: true,
        manager,
        signal: AbortSignal.any([op.signal, AbortSignal.timeout(5000)]),
      });
      const expected = without(["status"], stateOf(live, inputs, manager));
      return before?.status === undefined ? expected : { ...expected, status: before.status };
    } catch (error) {
      // Its kind or its namespace may be made by the same update; and not everyone may rehearse.
      if (!(error instanceof ApiError) || error.code === 403 || (error.code === 404 && before === null)) return inputs;
      // A replacement of the same name is held against the object that will be gone by then.
      if (before === null && error.code === 422 && /immutable/.test(error.message)) return inputs;
      throw error;
    }
  }

  check: Resource["check"] = (urn, inputs, before, seed) => check(urn, inputs, before, seed, this.settings.namespace);
  diff: Resource["diff"] = (_, __, before, inputs, ignore) =>
    diff(before.inputs, inputs, ignore, this.settings.mutable);

  create: Resource["create"] = async (op, inputs) => {
    if (op.preview) return { id: "", state: await this.rehearse(op, inputs, null) };
    const object = wire(inputs);
    const manager = managerOf(object, null);
    const live =
      object.metadata.name === undefined
        ? await this.cluster.create(object, manager, op.signal)
        : await this.cluster.apply(object, { dryRun: false, manager, signal: op.signal });
    return this.settle(op, live, inputs, manager);
  };

  read: Resource["read"] = async (op, id, inputs, state) => {
    const object = identified(op, id, inputs, state);
    let live: KubeObject | null;
    try {
      live = await this.cluster.read(object, op.signal);
    } catch (error) {
      if (!(error instanceof Unreachable) || this.settings.unreachable === "error")
        throw error instanceof Unreachable ? new Error(`${error.message}\n${UNREACHABLE_HINT}`) : error;
      return this.settings.unreachable === "delete" ? null : { id, inputs, state };
    }
    if (live === null) return null;
    const bare = plainProperties(inputs);
    const own =
      Object.keys(inputs).length === 0
        ? importedInputs(tidy(live))
        : driftedInputs(bare, restrict(plainProperties(state), bare) as Properties, tidy(live));
    return {
      id,
      inputs: hideData(live.kind, remark(own, inputs) as Properties),
      state: stateOf(live, inputs, managerOf(object, state)),
    };
  };

  update: Resource["update"] = async (op, _, before, inputs) => {
    const state = plainProperties(before.state);
    const object = wire(inputs);
    if (op.preview)
      return hasUnknown(object as unknown as Value)
        ? { ...before.state, ...inputs, status: UNKNOWN }
        : this.rehearse(op, inputs, state);
    if ((await this.cluster.read(object, op.signal)) === null)
      throw new Error(
        `${idOf(object)} is gone from the cluster: run \`pulumi refresh\`, and the next update makes it again`,
      );
    const manager = managerOf(object, state);
    return (
      await this.settle(
        op,
        await this.cluster.apply(object, { dryRun: false, manager, signal: op.signal }),
        inputs,
        manager,
      )
    ).state;
  };

  delete: Resource["delete"] = async (op, id, inputs, state) => {
    const object = identified(op, id, inputs, state);
    const { uid } = (wire(state).metadata ?? {}) as { uid?: string };
    try {
      await this.cluster.delete(object, op.signal);
      await untilGone(
        { ...object, metadata: { ...object.metadata, ...(uid === undefined ? {} : { uid }) } },
        this.cluster,
        { timeout: op.timeout, signal: op.signal, say: (text) => log(op.urn.urn, "info", text, true) },
      );
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (this.settings.unreachable !== "delete") throw new Error(`${error.message}\n${UNREACHABLE_HINT}`);
    }
  };
}

/** Any Kubernetes object, by server-side apply. */
export const objectResource = (settings: Settings): Resource => new ObjectResource(settings);
