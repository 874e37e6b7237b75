import { secret } from "../../../provider/protocol/values";
import { commandResource } from "../../../standins/command/command";
import { operation } from "../provider/fake-driver";
import { sshServer } from "../ssh/server";

test("another machine that answers in a machine's place has nothing to undo; the same one has", async () => {
  const ran: string[] = [];
  const serve = (command: string, channel: Parameters<Parameters<typeof sshServer>[0]>[1]): void => {
    ran.push(command);
    channel.exit(command.startsWith("fail") ? 1 : 0);
    channel.end();
  };
  const [server, other] = await Promise.all([sshServer(serve), sshServer(serve)]);
  const remove = (hostKey: string, command: string): Promise<void> => {
    const { host, port, user, privateKey } = server.login;
    const connection = { host, port, user, privateKey: secret(privateKey), hostKey, dialErrorLimit: 1 };
    return commandResource("remote").delete(
      operation("Command", "c"),
      "id",
      { connection, create: "true", delete: command, addPreviousOutputInEnv: false },
      {},
    );
  };
  try {
    await remove(other.login.hostKey, "undo 1");
    expect(ran).toEqual([]);
    await remove(server.login.hostKey, "undo 2");
    expect(ran).toEqual(["undo 2"]);
    await expect(remove(server.login.hostKey, "fail")).rejects.toThrow("exit status 1");
  } finally {
    await Promise.all([server.close(), other.close()]);
  }
});
