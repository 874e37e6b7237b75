import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { changes, under } from "../../../provider/protocol/diff";
import type { Resource } from "../../../provider/protocol/serve";
import { plainProperties, type Properties } from "../../../provider/protocol/values";
import type { Connection } from "../../../ssh/client";
import { filesBelow } from "../../hash";
import { endpoint, withConnection } from "./remote";

/** What is copied: name below `remotePath` ("" for a single file) to content. Assets and archives as the SDK sends them (hash, path, text, assets). */
function contents(source: Properties): Map<string, Buffer> {
  if (typeof source.text === "string") return new Map([["", Buffer.from(source.text)]]);
  if (typeof source.path === "string") {
    const at = source.path;
    if (statSync(at).isDirectory()) return new Map(filesBelow(at).map((f) => [f, readFileSync(path.join(at, f))]));
    return new Map([["", readFileSync(at)]]);
  }
  if (typeof source.assets === "object" && source.assets !== null)
    return new Map(Object.entries(source.assets).flatMap(([name, s]) => [...contents(s as Properties)].map(([below, b]) => [path.posix.join(name, below), b] as const)));
  throw new Error("source: takes a string or file asset, or an archive of them; for what is fetched from a URL use the official `command` plugin");
}

const quote = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

async function write(c: Connection, target: string, content: Buffer, signal: AbortSignal): Promise<void> {
  const r = await c.exec(`mkdir -p ${quote(path.posix.dirname(target))} && base64 -d > ${quote(target)}`, { stdin: content.toString("base64"), signal });
  if (r.code !== 0) throw new Error(`${target}: ${r.stderr.trim()}`);
}

async function copy(inputs: Properties, signal: AbortSignal): Promise<void> {
  const p = plainProperties(inputs), target = p.remotePath as string;
  await withConnection(endpoint(p.connection as Properties), signal, async (c) => {
    for (const [name, content] of contents(p.source as Properties)) await write(c, name === "" ? target : path.posix.join(target, name), content, signal);
  });
}

/** `command:remote:CopyToRemote`: files by value; deleting the resource leaves them, as the official plugin does. */
export const copyResource: Resource = {
  check: (_, inputs) => ({ inputs, failures: ["connection", "remotePath", "source"].filter((p) => inputs[p] === undefined).map((p) => ({ property: p, reason: `${p}: required` })) }),
  diff: (_, __, before, inputs) => {
    const found = changes(plainProperties(before.inputs), plainProperties(inputs));
    return { changes: found, replace: [...found.keys()].filter((p) => under(p, "triggers")) };
  },
  create: async (op, inputs) => {
    if (!op.preview) await copy(inputs, op.signal);
    return { id: op.preview ? "" : `copy-${randomBytes(8).toString("hex")}`, state: inputs };
  },
  read: async (_, id, inputs, state) => ({ id, inputs, state }),
  update: async (op, _, __, inputs) => { if (!op.preview) await copy(inputs, op.signal); return inputs; },
  delete: async () => undefined,
};
