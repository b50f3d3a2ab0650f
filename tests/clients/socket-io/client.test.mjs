// What the official client makes of the server, by every way that it connects.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { aRoom, logIn, post } from "./api.mjs";
import { WAYS, aSocket, closeAll, connected, messagesOf, next, send } from "./client.mjs";
import { Server } from "./server.mjs";

let server;
let dreamer;
let maker;
let room;

before(async () => {
  server = await Server.start({ SOCKET_IO_PING_INTERVAL: "300ms" });
  ({ dreamer, maker, room } = await aRoom(server.base));
});
after(() => server.discard());
afterEach(closeAll);

for (const transports of WAYS) {
  describe(`by ${transports.join(" and then ")}`, () => {
    const open = (user, options) => connected(server.base, user, { transports, ...options });

    test("a token lets in, in auth or in the header", async () => {
      const socket = await open(dreamer);
      assert.ok(socket.connected && socket.id !== socket.io.engine.id);
      const extraHeaders = { authorization: `Bearer ${maker.token}` };
      const other = aSocket(server.base, { transports, extraHeaders });
      await next(other, "connect");
    });

    test("without a good token there is an error that says why, and no second try", async () => {
      for (const [auth, code] of [
        [undefined, "TOKEN_MISSING"],
        [{ token: "bad" }, "TOKEN_INVALID"],
      ]) {
        const socket = aSocket(server.base, { transports, auth });
        const [error] = await next(socket, "connect_error");
        assert.deepEqual(error.data, { statusCode: 401, code });
        assert.ok(error.message.length > 0 && !socket.active && !socket.connected);
      }
    });

    test("a message is acknowledged, told to everybody else and not echoed", async () => {
      const [sending, otherTab, peer] = await Promise.all([open(dreamer), open(dreamer), open(maker)]);
      const heard = [sending, otherTab, peer].map(messagesOf);
      const stored = await send(sending, room, "안녕하세요!");
      assert.equal(stored.content, "안녕하세요!");
      assert.equal(stored.senderId, dreamer.id);
      await send(peer, room, "hi");
      assert.deepEqual(await heard[0].until(1), ["hi"]);
      assert.deepEqual(await heard[1].until(2), ["안녕하세요!", "hi"]);
      assert.deepEqual(await heard[2].until(1), ["안녕하세요!"]);
    });

    test("a send that fails is told by ERROR, by Error and by the acknowledgement", async () => {
      const socket = await open(dreamer);
      const told = Promise.all([next(socket, "ERROR"), next(socket, "Error")]);
      const answer = await send(socket, "01890000-0000-7000-8000-000000000000", "anybody?");
      assert.equal(answer.code, "ROOM_NOT_FOUND");
      assert.equal(answer.statusCode, 404);
      assert.ok(answer.message.length > 0);
      assert.deepEqual(await told, [[answer], [answer]]);
    });

    test("binary is refused, unknown events are ignored, and the connection stays", async () => {
      const socket = await open(dreamer);
      const message = { chatRoomId: room, type: "TEXT", content: Buffer.from("x") };
      const answer = await socket.timeout(5000).emitWithAck("ClientToServerMessage", message);
      assert.equal(answer.code, "BINARY_NOT_ACCEPTED");
      socket.emit("typing", { roomId: room });
      assert.equal((await send(socket, room, "still here")).content, "still here");
    });

    test("there is no other namespace", async () => {
      const socket = aSocket(`${server.base}/admin`, { transports, auth: { token: dreamer.token } });
      const [error] = await next(socket, "connect_error");
      assert.equal(error.message, "Invalid namespace");
    });

    test("the connection outlives many pings", async () => {
      const socket = await open(dreamer);
      socket.on("disconnect", (reason) => assert.fail(reason));
      for (let ping = 0; ping < 4; ping += 1) await next(socket.io, "ping");
      assert.equal((await send(socket, room, "still here")).content, "still here");
      socket.off("disconnect");
    });

    test("whoever leaves may come back", async () => {
      const socket = await open(dreamer);
      const first = socket.id;
      socket.disconnect();
      socket.connect();
      await next(socket, "connect");
      assert.notEqual(socket.id, first);
      assert.equal((await send(socket, room, "back")).content, "back");
    });

    test("many messages arrive in their order, also while the transport changes", async () => {
      const peer = await open(maker);
      const heard = messagesOf(peer);
      const socket = aSocket(server.base, { transports, auth: { token: dreamer.token } });
      const texts = Array.from({ length: 100 }, (_, number) => `${number}`);
      // What is sent before it has connected waits for that.
      const acknowledged = await Promise.all(texts.map((text) => send(socket, room, text)));
      assert.deepEqual(acknowledged.map(({ content }) => content), texts);
      assert.deepEqual(await heard.until(texts.length), texts);
      if (transports.length > 1 && socket.io.engine.transport.name === "polling") {
        await next(socket.io.engine, "upgrade");
      }
      assert.equal(socket.io.engine.transport.name, transports.at(-1));
      assert.equal((await send(socket, room, "last")).content, "last");
      await heard.until(texts.length + 1);
    });

    test("a session that ends closes the socket, and the next try says why", async () => {
      const user = { ...dreamer, ...(await logIn(server.base, dreamer)) };
      const socket = await open(user);
      const closed = next(socket, "disconnect");
      await post(server.base, "/auth/logout", user.token, {});
      const [reason] = await closed;
      assert.match(reason, /^transport/);
      const [error] = await next(socket, "connect_error");
      assert.equal(error.data.code, "SESSION_ENDED");
      assert.ok(!socket.active, "it gives up");
    });
  });
}

test("the oldest of too many sockets is disconnected and stays away", async () => {
  const user = (await aRoom(server.base)).dreamer;
  const oldest = await connected(server.base, user);
  const closed = next(oldest, "disconnect");
  for (let more = 0; more < 10; more += 1) await connected(server.base, user);
  assert.deepEqual((await closed)[0], "io server disconnect");
  assert.ok(!oldest.active);
});
