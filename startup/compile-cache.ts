/**
 * Keeps what V8 compiled of the SDK's 1,500 modules in the checkout's own state folder, where Node.js can do that by itself (22.1 and newer).
 *
 * Not measured here: on Node.js 20 a library did it before, and a no-op preview of the dev lab took as much processor time without (pairs of runs: 1.00),
 * so that nothing does it there.
 */
import Module from "node:module";
import * as path from "node:path";
import { isPlain } from "./plain";

/** Makes this process compile a module once and keep it. */
export function useCompileCache(): void {
  const { enableCompileCache } = Module as unknown as { enableCompileCache?: (folder: string) => unknown };
  if (!isPlain()) enableCompileCache?.(path.join(__dirname, "..", "..", ".fabriclab", "compile-cache"));
}
