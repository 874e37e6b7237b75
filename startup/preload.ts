/**
 * Loaded before the program (`nodeargs` in Pulumi.yaml) so that a preview starts in half the time.
 *
 * The SDK loads the TypeScript compiler and npm's dependency resolver for functions that a program serialises into its state, and more that this
 * one has no use for: all that is loaded if something asks for it, and only then. Everything else is compiled once and kept in the checkout's
 * own state folder.
 */
import Module from "node:module";
import * as path from "node:path";
import { useFastStructs } from "./fast-struct";

process.env["V8_COMPILE_CACHE_CACHE_DIR"] ??= path.join(__dirname, "..", "..", ".fabriclab", "compile-cache");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it works by being loaded, and reads the setting above when it is
require("v8-compile-cache");

/** Modules of the SDK that only closure serialisation, programs that drive Pulumi, and tracing use. */
const LAZY: ReadonlySet<string> = new Set([
  "typescript",
  "@npmcli/arborist",
  "./closure/codePaths",
  "./automation",
  ...[
    "exporter-zipkin",
    "instrumentation",
    "instrumentation-grpc",
    "resources",
    "sdk-trace-base",
    "sdk-trace-node",
  ].map((name) => `@opentelemetry/${name}`),
]);
/** Maps every frame of the stack trace that the SDK takes of every resource: no trace is shown (`nodeargs`), so none needs mapping. */
const LEFT_OUT = "source-map-support/register";

type Load = (this: unknown, request: string, parent: unknown, isMain: boolean) => unknown;
const loader = Module as unknown as { _load: Load };
const load = loader._load;

loader._load = function (request, parent, isMain) {
  if (request === LEFT_OUT) return {};
  if (!LAZY.has(request)) return load.call(this, request, parent, isMain);
  const real = (): object => load.call(this, request, parent, isMain) as object;
  return new Proxy(
    { __esModule: true },
    {
      get: (marks, key) => (key in marks ? true : (Reflect.get(real(), key) as unknown)),
      has: (_, key) => key in real(),
    },
  );
};

useFastStructs();
