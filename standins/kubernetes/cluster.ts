import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, Rest, UnknownKind, type Cause } from "./rest";
import type { KubeObject } from "./types";

/** How long a kind may be unknown to the API server, or the server away: it may be starting, the definition may be on its way. */
const PATIENCE_MS = 60_000;
/** Reading and deleting are for what was there before: a server that is away now will rarely be back in a moment. */
const SHORT_PATIENCE_MS = 5_000;

/** The API server can't be reached. */
export class Unreachable extends Error {}

const isUnreachable = (error: unknown): boolean =>
  error instanceof Unreachable ||
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)$/.test(
    (error as { code?: string }).code ?? "",
  ) ||
  /socket hang up/.test((error as Error).message);
const isMissing = (error: unknown): boolean => error instanceof ApiError && error.code === 404;
const isGone = (error: unknown): boolean => error instanceof UnknownKind || isMissing(error);
const isBusy = (error: unknown): boolean => error instanceof ApiError && [429, 500, 502, 503, 504].includes(error.code);

type Named = Pick<KubeObject, "apiVersion" | "kind" | "metadata">;
export const describe = (o: Pick<KubeObject, "kind" | "metadata">): string =>
  `${o.kind} ${o.metadata.namespace === undefined ? "" : `${o.metadata.namespace}/`}${o.metadata.name ?? o.metadata.generateName ?? ""}`;

function named(object: Named, error: unknown): Error {
  const text = `${describe(object)}: ${(error as Error).message}`;
  if (isUnreachable(error))
    return new Unreachable(`${describe(object)}: the cluster is unreachable: ${(error as Error).message}`);
  return error instanceof ApiError ? new ApiError(error.code, text, error.causes, error.kind) : new Error(text);
}

/** `conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas` for each field that others hold. */
function conflict(object: Named, error: ApiError): Error {
  const fields = error.causes
    .filter((c: Cause) => c.reason === "FieldManagerConflict")
    .map((c) => `  ${c.field ?? "?"}: ${c.message ?? ""}`);
  return new ApiError(
    409,
    `${describe(object)}: Server-Side Apply field conflict: ${error.message}${fields.length === 0 ? "" : `\n${fields.join("\n")}`}\n` +
      'Another program manages these fields. Leave them out of the program, or take them over with the annotation pulumi.com/patchForce: "true".',
  );
}

export interface ApplyOptions {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly signal: AbortSignal;
}

/** Objects of one cluster. */
export class Cluster {
  private readonly rest: Rest;
  private answers: Promise<boolean> | undefined;
  /** A call ran out of patience and none has been answered since: the next with a short patience needn't find out again, object by object. */
  private away = false;
  constructor(options: { readonly kubeconfig: string; readonly context?: string }) {
    this.rest = new Rest(options.kubeconfig, options.context);
  }

  /** Repeats while the API server is not there yet, does not know the kind yet, or `passing` says so. */
  private async patiently<T>(
    signal: AbortSignal,
    work: () => Promise<T>,
    options: { patience?: number; passing?: (error: unknown) => boolean } = {},
  ): Promise<T> {
    const begun = Date.now();
    for (let wait = 100; ; wait = Math.min(wait * 2, 1500)) {
      try {
        const answer = await work();
        this.away = false;
        return answer;
      } catch (error) {
        if (signal.aborted) throw new Error("interrupted");
        const passing =
          error instanceof UnknownKind || isUnreachable(error) || isBusy(error) || options.passing?.(error) === true;
        const hopeless = isUnreachable(error) && this.away && options.patience !== undefined;
        if (!passing || hopeless || Date.now() - begun > (options.patience ?? PATIENCE_MS)) {
          this.away = isUnreachable(error);
          throw error;
        }
        if (error instanceof UnknownKind) this.rest.forget();
        await sleep(wait, undefined, { signal }).catch(() => {
          throw new Error("interrupted");
        });
      }
    }
  }

  /** Whether the API server answers within two seconds: decides if a preview can ask it. Asked once, since a preview is short. */
  reachable(): Promise<boolean> {
    return (this.answers ??= Promise.race([
      this.rest.call("GET", "/version").then(
        () => true,
        () => false,
      ),
      sleep(2000).then(() => false),
    ]));
  }

  /**
   * Server-side apply. Field conflicts are an error that names fields and managers, unless the object's annotation `pulumi.com/patchForce` is "true";
   * a dry run takes the fields over, as the official plugin's does.
   */
  async apply(object: KubeObject, { dryRun, manager, signal }: ApplyOptions): Promise<KubeObject> {
    const force =
      dryRun ||
      object.metadata.annotations?.["pulumi.com/patchForce"] === "true" ||
      process.env.PULUMI_K8S_ENABLE_PATCH_FORCE === "true";
    const query = `?fieldManager=${encodeURIComponent(manager)}&force=${force}${dryRun ? "&dryRun=All" : ""}`;
    const send = async (): Promise<KubeObject> =>
      this.rest.call<KubeObject>(
        "PATCH",
        `${await this.rest.path(object)}${query}`,
        object,
        "application/apply-patch+yaml",
        signal,
      );
    try {
      // 404: the namespace may be on its way, as the definition of a kind may. A rehearsal waits for neither.
      return dryRun ? await send() : await this.patiently(signal, send, { passing: isMissing });
    } catch (error) {
      throw error instanceof ApiError && error.code === 409 ? conflict(object, error) : named(object, error);
    }
  }

  /** For an object without a name of its own (generateName), which can't be applied. */
  async create(object: KubeObject, manager: string, signal: AbortSignal): Promise<KubeObject> {
    try {
      return await this.patiently(
        signal,
        async () =>
          this.rest.call<KubeObject>(
            "POST",
            `${await this.rest.path(object, true)}?fieldManager=${encodeURIComponent(manager)}`,
            object,
            undefined,
            signal,
          ),
        { passing: isMissing },
      );
    } catch (error) {
      throw named(object, error);
    }
  }

  /** Null when it, or its kind, is gone. @throws Unreachable */
  async read(object: Named, signal: AbortSignal): Promise<KubeObject | null> {
    try {
      return await this.patiently(
        signal,
        async () => {
          try {
            return await this.rest.call<KubeObject>("GET", await this.rest.path(object), undefined, undefined, signal);
          } catch (error) {
            if (isGone(error)) return null;
            throw error;
          }
        },
        { patience: SHORT_PATIENCE_MS },
      );
    } catch (error) {
      throw named(object, error);
    }
  }

  async list(apiVersion: string, kind: string, namespace: string | undefined, query: string): Promise<KubeObject[]> {
    const metadata = { name: "", ...(namespace === undefined ? {} : { namespace }) };
    const path = await this.rest.path({ apiVersion, kind, metadata }, true);
    return (await this.rest.call<{ items: KubeObject[] }>("GET", `${path}?${query}`)).items;
  }

  /** Deletes with dependents first, unless the annotation `pulumi.com/deletionPropagationPolicy` says otherwise. @throws Unreachable */
  async delete(object: KubeObject, signal: AbortSignal): Promise<void> {
    const given = object.metadata.annotations?.["pulumi.com/deletionPropagationPolicy"] ?? "foreground";
    const policy = `${given.charAt(0).toUpperCase()}${given.slice(1).toLowerCase()}`;
    try {
      await this.patiently(
        signal,
        async () => {
          try {
            await this.rest.call(
              "DELETE",
              `${await this.rest.path(object)}?propagationPolicy=${policy}`,
              undefined,
              undefined,
              signal,
            );
          } catch (error) {
            if (!isGone(error)) throw error;
          }
        },
        { patience: SHORT_PATIENCE_MS },
      );
    } catch (error) {
      throw named(object, error);
    }
  }
}
