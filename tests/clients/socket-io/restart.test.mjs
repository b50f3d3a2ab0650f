// Servers come and go; clients come back by themselves.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { aRoom } from "./api.mjs";
import { WAYS, closeAll, connected, messagesOf, next, send } from "./client.mjs";
import { Server } from "./server.mjs";

let server;
let dreamer;
let maker;
let room;

before(async () => {
  server = await Server.start();
  ({ dreamer, maker, room } = await aRoom(server.base));
});
after(() => server.discard());
afterEach(closeAll);

for (const transports of WAYS) {
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    test(`after a ${signal} clients by ${transports} reconnect, and send what they could not`, async () => {
      const options = { transports, reconnectionAttempts: Infinity };
      const [socket, peer] = await Promise.all([
        connected(server.base, dreamer, options),
        connected(server.base, maker, options),
      ]);
      const heardBefore = messagesOf(peer);
      await send(socket, room, "before");
      await heardBefore.upTo("before");
      const lost = Promise.all([next(socket, "disconnect"), next(peer, "disconnect")]);
      await server.stop(signal);
      for (const [reason] of await lost) assert.match(reason, /^transport (close|error)$/);
      assert.ok(socket.active, "it goes on trying");

      const heard = messagesOf(peer);
      const back = Promise.all([next(socket, "connect"), next(peer, "connect")]);
      const meanwhile = send(socket, room, "meanwhile");
      await server.start();
      await back;
      assert.equal((await meanwhile).content, "meanwhile");
      await send(socket, room, "after");
      // What was sent while the peer was still away is in the history only.
      assert.ok(["after", "meanwhile,after"].includes(`${await heard.upTo("after")}`), `${heard}`);
    });
  }
}
