import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, Rest, UnknownKind } from "./rest";
import type { KubeObject } from "./types";

const FIELD_MANAGER = "pulumi-kubernetes";
/** How long a kind may be unknown to the API server, or the server away: it may be starting, the definition may be on its way. */
const PATIENCE_MS = 60_000;

const unreachable = (error: unknown): boolean => /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH)$/.test((error as { code?: string }).code ?? "") || /socket hang up/.test((error as Error).message);
const passing = (error: unknown): boolean => error instanceof UnknownKind || unreachable(error) || (error instanceof ApiError && [429, 500, 502, 503, 504].includes(error.code));
const isGone = (error: unknown): boolean => error instanceof UnknownKind || (error instanceof ApiError && error.code === 404);

export const describe = (o: Pick<KubeObject, "kind" | "metadata">): string => `${o.kind} ${o.metadata.namespace === undefined ? "" : `${o.metadata.namespace}/`}${o.metadata.name}`;
const named = (object: Pick<KubeObject, "kind" | "metadata">, error: unknown): Error => new Error(`${describe(object)}: ${(error as Error).message}`);

/** Objects of one cluster. */
export class Cluster {
  private readonly rest: Rest;
  constructor(options: { readonly kubeconfig: string; readonly context?: string }) { this.rest = new Rest(options.kubeconfig, options.context); }

  /** Repeats while the API server is not there yet, or does not know the kind yet. */
  private async patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const begun = Date.now();
    for (let wait = 100; ; wait = Math.min(wait * 2, 1500)) {
      try { return await work(); }
      catch (error) {
        if (signal.aborted || !passing(error) || Date.now() - begun > PATIENCE_MS) throw error;
        if (error instanceof UnknownKind) this.rest.forget();
        await sleep(wait, undefined, { signal }).catch(() => { throw new Error("interrupted"); });
      }
    }
  }

  /** Whether the API server answers within two seconds: decides if a preview can ask it. */
  async reachable(): Promise<boolean> {
    return Promise.race([this.rest.call("GET", "/version").then(() => true, () => false), sleep(2000).then(() => false)]);
  }

  /** Server-side apply; field conflicts are an error that names fields and managers, unless the object's annotation `pulumi.com/patchForce` is "true". */
  async apply(object: KubeObject, options: { dryRun: boolean; signal: AbortSignal }): Promise<KubeObject> {
    const force = object.metadata.annotations?.["pulumi.com/patchForce"] === "true";
    const query = `?fieldManager=${FIELD_MANAGER}&force=${force}${options.dryRun ? "&dryRun=All" : ""}`;
    try {
      return await this.patiently(options.signal, async () => this.rest.call<KubeObject>("PATCH", `${await this.rest.path(object)}${query}`, object, "application/apply-patch+yaml"));
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 409)) throw named(object, error);
      throw new Error(`${describe(object)}: Server-Side Apply field conflict: ${error.message}\n`
        + "Another program manages these fields. Leave them out of the program (ignoreChanges), or take them over with the annotation pulumi.com/patchForce: \"true\".");
    }
  }

  async create(object: KubeObject, signal: AbortSignal): Promise<KubeObject> {
    try { return await this.patiently(signal, async () => this.rest.call<KubeObject>("POST", `${await this.rest.path(object, true)}?fieldManager=${FIELD_MANAGER}`, object)); }
    catch (error) { throw named(object, error); }
  }

  /** Null when it, or its kind, is gone. */
  async read(object: Pick<KubeObject, "apiVersion" | "kind" | "metadata">, signal: AbortSignal): Promise<KubeObject | null> {
    try {
      return await this.patiently(signal, async () => {
        try { return await this.rest.call<KubeObject>("GET", await this.rest.path(object)); }
        catch (error) { if (isGone(error)) return null; throw error; }
      });
    } catch (error) { throw named(object, error); }
  }

  async list(apiVersion: string, kind: string, namespace: string | undefined, labelSelector: string): Promise<KubeObject[]> {
    const metadata = { name: "", ...(namespace === undefined ? {} : { namespace }) };
    const path = await this.rest.path({ apiVersion, kind, metadata }, true);
    return (await this.rest.call<{ items: KubeObject[] }>("GET", `${path}?labelSelector=${encodeURIComponent(labelSelector)}`)).items;
  }

  async delete(object: KubeObject, signal: AbortSignal): Promise<void> {
    try {
      await this.patiently(signal, async () => {
        try { await this.rest.call("DELETE", `${await this.rest.path(object)}?propagationPolicy=Background`); }
        catch (error) { if (!isGone(error)) throw error; }
      });
    } catch (error) { throw named(object, error); }
  }
}
