import type { AddressInfo } from "node:net";
import { Server, type ServerChannel } from "ssh2";
import { generateKeyPair } from "../../../provider/keys";
import type { MachineLogin } from "../../../ssh/machine";

/** An SSH server in this process, on loopback, and the login it takes. */
export interface TestServer {
  readonly login: MachineLogin;
  /** Connections that are open now. */
  readonly open: () => number;
  close(): Promise<void>;
}

/** @param onCommand serves a command; ends the channel when it is done */
export async function sshServer(onCommand: (command: string, channel: ServerChannel) => void): Promise<TestServer> {
  const host = generateKeyPair("test");
  const user = generateKeyPair("test");
  let open = 0;
  const server = new Server({ hostKeys: [host.private] }, (client) => {
    open++;
    client
      .on("authentication", (context) => (context.method === "publickey" ? context.accept() : context.reject()))
      .on("session", (accept) =>
        accept().on("exec", (acceptCommand, _reject, { command }) => onCommand(command, acceptCommand())),
      )
      .on("error", () => undefined)
      .on("close", () => open--);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    login: { host: "127.0.0.1", port, user: "root", privateKey: user.private, hostKey: host.public },
    open: () => open,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
