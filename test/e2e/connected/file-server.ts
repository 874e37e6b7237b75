import { createReadStream, statSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a path answers with: its content, a file's content, or what a function writes. */
export type Served = Buffer | string | { readonly file: string } | RequestListener;

function answer(response: ServerResponse, served: Exclude<Served, RequestListener>, head: boolean): void {
  if (typeof served === "string" || Buffer.isBuffer(served)) {
    response.writeHead(200, { "content-length": Buffer.byteLength(served) }).end(head ? undefined : served);
    return;
  }
  response.writeHead(200, { "content-length": statSync(served.file).size });
  if (head) response.end();
  else createReadStream(served.file).pipe(response);
}

/** A file server on loopback, in place of upstream's; it keeps what it was asked for, as "GET /path". */
export class FileServer {
  readonly asked: string[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(files: Readonly<Record<string, Served>>): Promise<FileServer> {
    let self: FileServer | undefined = undefined;
    const server = createServer((request, response) => {
      self?.asked.push(`${request.method} ${request.url}`);
      const found = files[request.url!];
      if (typeof found === "function") found(request, response);
      else if (found === undefined) response.writeHead(404).end();
      else answer(response, found, request.method === "HEAD");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (self = new FileServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
