import { createServer, type AddressInfo, type Socket } from "node:net";
import { Connection } from "../../../ssh/client";
import { connectToNamed } from "../../../ssh/machine";
import { sshServer } from "./server";

test("an attempt to connect ends when it is aborted, and its connection with it", async () => {
  const sockets: Socket[] = [];
  // A server that accepts and never says a word, as one whose machine is still booting.
  const server = createServer((socket) => sockets.push(socket.on("error", () => undefined).resume())).listen(
    0,
    "127.0.0.1",
  );
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  const begun = Date.now();
  const opened = Connection.open({ host: "127.0.0.1", port, dialErrorLimit: -1, perDialTimeout: 20 }, stop.signal);
  setTimeout(() => stop.abort(), 100);
  await expect(opened).rejects.toThrow("interrupted");
  expect(Date.now() - begun).toBeLessThan(5000);
  expect(sockets).toHaveLength(1);
  await Promise.all(sockets.map((socket) => socket.destroyed || new Promise((done) => socket.once("close", done))));
  await new Promise((resolve) => server.close(resolve));
});

test("an attempt that is aborted before it begins connects to nobody", async () => {
  const endpoint = { host: "127.0.0.1", port: 1, dialErrorLimit: -1 };
  await expect(Connection.open(endpoint, AbortSignal.abort())).rejects.toThrow("interrupted");
});

test("a pause between two attempts ends when it is aborted", async () => {
  const stop = new AbortController();
  // Nobody listens on port 1: each attempt fails at once, and pauses take the time.
  const opened = Connection.open({ host: "127.0.0.1", port: 1, dialErrorLimit: -1 }, stop.signal);
  setTimeout(() => stop.abort(), 300);
  await expect(opened).rejects.toThrow("interrupted");
});

test("a command's output and status come over a connection that checks the host key", async () => {
  const server = await sshServer((command, channel) => {
    channel.write(`ran ${command}`);
    channel.exit(4);
    channel.end();
  });
  const connection = await connectToNamed({ leaf1: server.login }, "leaf1");
  expect(await connection.exec("hostname")).toEqual({ code: 4, stdout: "ran hostname", stderr: "" });
  connection.close();
  const other = await sshServer(() => undefined);
  await expect(connectToNamed({ leaf1: { ...server.login, hostKey: other.login.hostKey } }, "leaf1")).rejects.toThrow(
    "not the expected one",
  );
  await Promise.all([server.close(), other.close()]);
});

test("a machine that the stack has not is named", async () => {
  await expect(connectToNamed({}, "leaf9")).rejects.toThrow("leaf9: the stack has no such machine");
});
