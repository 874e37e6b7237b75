import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import type { KubeObject } from "./types";

export interface ClusterOptions { readonly kubeconfig: string; readonly context?: string }

const FIELD_MANAGER = "pulumi-kubernetes";
/** How long a kind may be unknown to the API server: its definition may be on its way. */
const KIND_WAIT_MS = 60_000;

interface ApiError { code?: number; body?: string | { message?: string; details?: { causes?: { message: string; field?: string }[] } } }

/** The API server's own words. */
export function message(error: unknown): string {
  const body = (error as ApiError).body;
  if (body === undefined) return (error as Error).message;
  try { return ((typeof body === "string" ? JSON.parse(body) : body) as { message?: string }).message ?? String(body); } catch { return String(body); }
}
export const codeOf = (error: unknown): number | undefined => (error as ApiError).code;

/** The client library is large: it is loaded when a cluster is first spoken to, which a preview without changes never does. */
async function library(): Promise<typeof import("@kubernetes/client-node")> { return import("@kubernetes/client-node"); }

const unreachable = (error: unknown): boolean => codeOf(error) === undefined && /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|socket hang up/.test(`${(error as { code?: string }).code ?? ""} ${(error as Error).message}`);
const unknownKind = (error: unknown): boolean => /Unrecognized API version and kind|no matches for kind|Failed to fetch resource metadata/.test((error as Error).message)
  || (codeOf(error) === 404 && /page not found/.test(message(error)));
/** Passing troubles of an API server that starts, or is asked for something whose namespace is being made. */
const passing = (error: unknown): boolean => [429, 500, 503, 504].includes(codeOf(error) ?? 0) || unreachable(error);

export class Cluster {
  private client: Promise<KubernetesObjectApi> | undefined;
  constructor(private readonly options: ClusterOptions) {}

  private api(): Promise<KubernetesObjectApi> {
    return this.client ??= library().then(({ KubeConfig: Config, KubernetesObjectApi: Api }) => {
      const config: KubeConfig = new Config();
      if (existsSync(this.options.kubeconfig)) config.loadFromString(readFileSync(this.options.kubeconfig, "utf8"));
      else config.loadFromString(this.options.kubeconfig);
      if (this.options.context !== undefined) config.setCurrentContext(this.options.context);
      return Api.makeApiClient(config);
    });
  }

  /** Repeats while the API server is not there yet, or does not know the kind yet. */
  private async patiently<T>(signal: AbortSignal, work: (api: KubernetesObjectApi) => Promise<T>): Promise<T> {
    const begun = Date.now();
    for (let wait = 100; ; wait = Math.min(wait * 2, 1500)) {
      try { return await work(await this.api()); }
      catch (error) {
        const kind = unknownKind(error);
        if (signal.aborted || !(kind || passing(error)) || Date.now() - begun > KIND_WAIT_MS) throw error;
        if (kind) this.client = undefined; // its discovery cache is old
        await sleep(wait, undefined, { signal }).catch(() => { throw new Error("interrupted"); });
      }
    }
  }

  /** Whether the API server answers within two seconds: decides if a preview can ask it. */
  async reachable(): Promise<boolean> {
    const probe = this.api().then((api) => api.list("v1", "Namespace", undefined, undefined, undefined, undefined, undefined, undefined, 1)).then(() => true, () => false);
    return Promise.race([probe, sleep(2000).then(() => false)]);
  }

  /**
   * Server-side apply; field conflicts are an error that names fields and managers, unless the object's annotation `pulumi.com/patchForce` is "true".
   */
  async apply(object: KubeObject, options: { dryRun: boolean; signal: AbortSignal }): Promise<KubeObject> {
    const { PatchStrategy } = await library();
    const force = object.metadata.annotations?.["pulumi.com/patchForce"] === "true";
    try {
      return await this.patiently(options.signal, (api) => api.patch(object as never, undefined, options.dryRun ? "All" : undefined, FIELD_MANAGER, force, PatchStrategy.ServerSideApply)) as unknown as KubeObject;
    } catch (error) {
      if (codeOf(error) !== 409) throw this.named(object, error);
      throw new Error(`${describe(object)}: Server-Side Apply field conflict: ${message(error)}\n`
        + "Another program manages these fields. Leave them out of the program (ignoreChanges), or take them over with the annotation pulumi.com/patchForce: \"true\".");
    }
  }

  async create(object: KubeObject, signal: AbortSignal): Promise<KubeObject> {
    try { return await this.patiently(signal, (api) => api.create(object as never, undefined, undefined, FIELD_MANAGER)) as unknown as KubeObject; }
    catch (error) { throw this.named(object, error); }
  }

  async read(object: Pick<KubeObject, "apiVersion" | "kind" | "metadata">, signal: AbortSignal): Promise<KubeObject | null> {
    try { return await this.patiently(signal, (api) => api.read(object as never)) as unknown as KubeObject; }
    catch (error) {
      if (codeOf(error) === 404 || unknownKind(error)) return null;
      throw this.named(object, error);
    }
  }

  async list(apiVersion: string, kind: string, namespace: string | undefined, selector: string, field = false): Promise<KubeObject[]> {
    const list = await (await this.api()).list(apiVersion, kind, namespace, undefined, undefined, undefined, field ? selector : undefined, field ? undefined : selector);
    return list.items as unknown as KubeObject[];
  }

  async delete(object: KubeObject, signal: AbortSignal): Promise<void> {
    try { await this.patiently(signal, (api) => api.delete(object as never, undefined, undefined, undefined, undefined, "Background")); }
    catch (error) { if (codeOf(error) !== 404 && !unknownKind(error)) throw this.named(object, error); }
  }

  private named(object: Pick<KubeObject, "kind" | "metadata">, error: unknown): Error { return new Error(`${describe(object)}: ${message(error)}`); }
}

export const describe = (o: Pick<KubeObject, "kind" | "metadata">): string => `${o.kind} ${o.metadata.namespace === undefined ? "" : `${o.metadata.namespace}/`}${o.metadata.name}`;
