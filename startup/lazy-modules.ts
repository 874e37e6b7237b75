/**
 * Leaves modules of the Pulumi SDK unread until something of them is used.
 *
 * The SDK loads the TypeScript compiler and npm's dependency resolver for functions that a program serialises into its state, its automation interface,
 * and tracing. A lab uses none of it.
 *
 * Without it a no-op preview of the dev lab takes 15 % longer (wall time, median of pairs, Node.js 20, official kubernetes plugin).
 */
import { readFileSync } from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { mayPatch, type Patched } from "./plain";

export const LOADED_LIBRARY: Patched = { library: "@pulumi/pulumi", version: "3.250.0" };

/** Modules that only closure serialisation, programs that drive Pulumi, and tracing use; `.` begins a file of the SDK itself. */
export const LAZY: readonly string[] = [
  "typescript",
  "@npmcli/arborist",
  "./closure/codePaths",
  "./automation",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation",
  "@opentelemetry/instrumentation-grpc",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
];

type Load = (this: unknown, request: string, parent: { filename?: string } | undefined, isMain: boolean) => unknown;

/** Stands for a module's exports, and loads them when it is first asked about one. */
export function lazyModule(load: () => object): object {
  let loaded: object | undefined;
  const real = (): object => (loaded ??= load());
  return new Proxy(
    {},
    {
      // TypeScript's and Babel's helpers ask whether a module is one; that needs no loading.
      get: (_, key) => (key === "__esModule" ? true : (Reflect.get(real(), key) as unknown)),
      set: (_, key, value) => Reflect.set(real(), key, value),
      has: (_, key) => Reflect.has(real(), key),
      ownKeys: () => Reflect.ownKeys(real()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(real(), key);
        // A proxy may not report a property as fixed that its own empty target does not have.
        return found === undefined ? undefined : { ...found, configurable: true };
      },
      defineProperty: (_, key, descriptor) => Reflect.defineProperty(real(), key, descriptor),
      deleteProperty: (_, key) => Reflect.deleteProperty(real(), key),
    },
  );
}

/** Whether a module is left unread: asked for by the SDK's own files, and one of LAZY. */
export const isLazy = (request: string, parent: string | undefined, sdk: string): boolean =>
  LAZY.includes(request) && parent !== undefined && parent.startsWith(`${sdk}${path.sep}`);

/** Makes this process load modules of the SDK only when they are used. */
export function useLazyModules(): void {
  const manifest = require.resolve("@pulumi/pulumi/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  if (!mayPatch("loading of modules", LOADED_LIBRARY, version)) return;
  const sdk = path.dirname(manifest);
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (request, parent, isMain) {
    if (!isLazy(request, parent?.filename, sdk)) return load.call(this, request, parent, isMain);
    return lazyModule(() => load.call(this, request, parent, isMain) as object);
  };
}
