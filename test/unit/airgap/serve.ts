import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A file server on loopback: path to content, or to what answers. */
export class FileServer {
  readonly asked: string[] = [];
  private constructor(private readonly server: Server, readonly url: string) {}

  static async start(files: Readonly<Record<string, Buffer | string | RequestListener>>): Promise<FileServer> {
    let self: FileServer | undefined = undefined;
    const server = createServer((request, response) => {
      self?.asked.push(`${request.method} ${request.url}`);
      const found = files[request.url!];
      if (typeof found === "function") return found(request, response);
      if (found === undefined) return response.writeHead(404).end();
      response.writeHead(200).end(request.method === "HEAD" ? undefined : found);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return self = new FileServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
