import * as http from "node:http";
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import type { KubeObject } from "./types";

/** One field that another manager holds, as the API server names it. */
export interface Cause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** An answer of the API server that is not success; the message has its own words. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly causes: readonly Cause[] = [],
    readonly kind?: string,
  ) {
    super(message);
  }
}

function apiError(code: number, answer: string): ApiError {
  if (!answer.startsWith("{")) return new ApiError(code, answer.trim() || `status ${code}`);
  const { message, details } = JSON.parse(answer) as {
    message?: string;
    details?: { kind?: string; causes?: Cause[] };
  };
  return new ApiError(code, message ?? answer, details?.causes ?? [], details?.kind);
}
/** The API server does not have the kind; its definition may be on its way. */
export class UnknownKind extends Error {}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}
type Method = "GET" | "POST" | "PATCH" | "DELETE";
type Named = Pick<KubeObject, "apiVersion" | "kind" | "metadata">;

const groupPath = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/**
 * Kubernetes API calls as plain JSON. The client library reads the kubeconfig (certificates, tokens, exec plugins); its typed calls are not used, since
 * they drop every field that their models do not name ("x-kubernetes-int-or-string" of a CustomResourceDefinition).
 */
export class Rest {
  private readonly kinds = new Map<string, Promise<ApiResource[]>>();
  private readonly agents = new Map<string, http.Agent>();
  private config: Promise<KubeConfig> | undefined;

  constructor(
    private readonly kubeconfig: string,
    private readonly context?: string,
  ) {}

  /** The library is large: it is loaded when a cluster is first spoken to, which a preview without changes never does. */
  private async load(): Promise<KubeConfig> {
    const { KubeConfig: Config } = await import("@kubernetes/client-node");
    const config = new Config();
    config.loadFromString(this.kubeconfig);
    if (this.context !== undefined) config.setCurrentContext(this.context);
    return config;
  }

  private async options(): Promise<{ options: https.RequestOptions; server: URL }> {
    const config = await (this.config ??= this.load());
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error("the kubeconfig names no current cluster");
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options as Parameters<KubeConfig["applyToHTTPSOptions"]>[0]);
    let agent = this.agents.get(server);
    if (agent === undefined) {
      const { ca, cert, key, rejectUnauthorized } = options;
      const kept = { keepAlive: true, maxSockets: 16 };
      agent = server.startsWith("http:")
        ? new http.Agent(kept)
        : new https.Agent({ ...kept, ca, cert, key, rejectUnauthorized });
      this.agents.set(server, agent);
    }
    return { options: { ...options, agent }, server: new URL(server) };
  }

  async call<T>(
    method: Method,
    path: string,
    body?: unknown,
    contentType = "application/json",
    signal?: AbortSignal,
  ): Promise<T> {
    const { options, server } = await this.options();
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise<T>((resolve, reject) => {
      const headers = {
        ...options.headers,
        accept: "application/json",
        ...(text === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(text) }),
      };
      const plainText = server.protocol === "http:";
      const all = {
        ...options,
        method,
        host: server.hostname.replace(/^\[|\]$/g, ""),
        port: server.port || (plainText ? 80 : 443),
        path: `${server.pathname.replace(/\/$/, "")}${path}`,
        headers,
        timeout: 30_000,
        signal,
      };
      const req = (plainText ? http : https).request(all, (res) => {
        const chunks: Buffer[] = [];
        res
          .on("data", (d: Buffer) => chunks.push(d))
          .on("error", reject)
          .on("end", () => {
            const answer = Buffer.concat(chunks).toString();
            const code = res.statusCode ?? 0;
            try {
              if (code >= 200 && code < 300) resolve(JSON.parse(answer) as T);
              else reject(apiError(code, answer));
            } catch (error) {
              reject(error);
            }
          });
      });
      req
        .on("timeout", () => req.destroy(new Error("the API server did not answer within 30 s")))
        .on("error", reject)
        .end(text);
    });
  }

  /** Forgets which kinds there are. */
  forget(): void {
    this.kinds.clear();
  }

  private async resource(apiVersion: string, kind: string): Promise<ApiResource> {
    let list = this.kinds.get(apiVersion);
    if (list === undefined) {
      list = this.call<{ resources: ApiResource[] }>("GET", groupPath(apiVersion)).then((l) => l.resources);
      this.kinds.set(apiVersion, list);
      list.catch(() => this.kinds.delete(apiVersion));
    }
    const resources = await list.catch((error: unknown) => {
      throw error instanceof ApiError && error.code === 404
        ? new UnknownKind(`no matches for kind "${kind}" in version "${apiVersion}"`)
        : error;
    });
    const found = resources.find((r) => r.kind === kind && !r.name.includes("/"));
    if (found === undefined) throw new UnknownKind(`no matches for kind "${kind}" in version "${apiVersion}"`);
    return found;
  }

  /** Path of an object, or of the collection it is in. */
  async path(object: Named, collection = false): Promise<string> {
    const { name, namespaced } = await this.resource(object.apiVersion, object.kind);
    const place =
      namespaced && object.metadata.namespace !== undefined
        ? `/namespaces/${object.metadata.namespace}`
        : namespaced && !collection
          ? "/namespaces/default"
          : "";
    return `${groupPath(object.apiVersion)}${place}/${name}${collection ? "" : `/${encodeURIComponent(object.metadata.name)}`}`;
  }
}
