import { Writable } from "node:stream";
import type { ServerChannel } from "ssh2";
import { Lines, passOn } from "../../../drill/held";
import { sshServer } from "../ssh/server";

const SIZE = 24 << 20;
const CHUNK = Buffer.alloc(64 << 10, "x");

/** Sends as fast as the channel takes it, or until its input ends. */
function flood(channel: ServerChannel): void {
  let left = SIZE;
  const finish = (): void => {
    left = 0;
    channel.exit(0);
    channel.end();
  };
  const more = (): void => {
    while (left > 0) {
      left -= CHUNK.length;
      const room = channel.write(CHUNK);
      if (left <= 0) finish();
      else if (!room) {
        channel.once("drain", more);
        return;
      }
    }
  };
  channel.on("end", () => left > 0 && finish()).resume();
  more();
}

test("a slow reader slows the command down: what is unread is not kept here", async () => {
  const server = await sshServer((_command, channel) => flood(channel));
  let most = 0;
  let seen = 0;
  const to = new Writable({
    highWaterMark: 64 << 10,
    write: (chunk: Buffer, _encoding, next) => {
      seen += chunk.length;
      most = Math.max(most, to.writableLength);
      if (seen < 1 << 20) setTimeout(next, 100);
      else next();
    },
  });
  const ended = await passOn({ leaf1: server.login }, "leaf1", "capture", to, new AbortController().signal);
  await new Promise<void>((resolve) => to.end(resolve));
  expect(ended).toEqual({ code: 0, stderr: "" });
  expect(seen).toBe(SIZE);
  expect(most).toBeLessThan(4 << 20);
  await server.close();
}, 30_000);

test("a reader that is gone ends the command", async () => {
  const server = await sshServer((_command, channel) => flood(channel));
  const to = new Writable({ write: (_chunk, _encoding, next) => next(new Error("EPIPE")) });
  expect((await passOn({ leaf1: server.login }, "leaf1", "capture", to, new AbortController().signal)).code).toBe(0);
  await server.close();
});

test("an abort ends the command", async () => {
  const server = await sshServer((_command, channel) => {
    channel
      .on("end", () => {
        channel.exit(0);
        channel.end();
      })
      .resume();
  });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  const to = new Writable({ write: (_chunk, _encoding, next) => next() });
  expect((await passOn({ leaf1: server.login }, "leaf1", "capture", to, stop.signal)).code).toBe(0);
  await server.close();
});

test("what a held command says of its failure is read whole, though a character comes in two chunks", async () => {
  const server = await sshServer((_command, channel) => {
    const bytes = Buffer.from("größer");
    channel.stderr.write(bytes.subarray(0, 3));
    setTimeout(() => {
      channel.stderr.write(bytes.subarray(3));
      channel.exit(1);
      channel.end();
    }, 100);
  });
  const lines = new Lines({ leaf1: server.login });
  const held = await lines.hold("leaf1", "x", () => undefined);
  expect(await held.ended).toEqual({ code: 1, stderr: "größer" });
  await lines.close();
  await server.close();
});
