// What nginx makes of requests, with stand-ins for the nodes that tell what they were sent.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import { eventually } from "../api.mjs";
import { Nginx, request } from "./nginx.mjs";
import { freePort } from "./processes.mjs";

/** A node that answers what it was asked, unless the test has it do something else. */
class StandIn {
  asked = [];
  answer;

  async listen(port) {
    this.server = createServer((request, response) => this.#answer(request, response));
    this.server.on("upgrade", (request, socket) => this.#upgrade(request, socket));
    this.server.listen(port, "127.0.0.1");
    await once(this.server, "listening");
    return this;
  }

  #answer(request, response) {
    this.asked.push(request);
    if (this.answer) return this.answer(request, response);
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ headers: request.headers, filler: "x".repeat(2000) }));
    });
  }

  #upgrade(request, socket) {
    this.asked.push(request);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
    socket.pipe(socket);
  }

  async close() {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

let nodes;
let nginx;
let ports;

before(async () => {
  ports = [await freePort(), await freePort()];
  nodes = await Promise.all(ports.map((port) => new StandIn().listen(port)));
  nginx = await Nginx.start(ports);
});
after(async () => {
  await nginx.discard();
  await Promise.all(nodes.map((node) => node.close()));
});
beforeEach(() => nodes.forEach((node) => Object.assign(node, { asked: [], answer: undefined })));

const send = (path, options) => request(nginx.base, path, options);
const everyNode = (answer) => nodes.forEach((node) => Object.assign(node, { answer }));
const asked = () => nodes.flatMap((node) => node.asked);

test("a client can't make up where it comes from", async () => {
  const headers = { "x-forwarded-for": "203.0.113.9", authorization: "Bearer x", "x-request-id": "mine" };
  const answer = (await send("/users/me", { from: "127.0.0.7", headers })).json();
  assert.equal(answer.headers["x-forwarded-for"], "127.0.0.7");
  assert.equal(answer.headers.authorization, "Bearer x");
  assert.equal(answer.headers["x-request-id"], "mine");
});

test("paths and queries arrive as they were sent, on every route", async () => {
  const paths = [
    "/users/makers?keyword=%EA%B9%80%2F&page=1",
    "/socket.io/?EIO=4&transport=polling&t=a%20b",
    "/Socket.io?EIO=4&transport=websocket",
    "/WS/",
    "/Notifications/stream?lastEventId=1",
    "/chatRooms/a%2Fb/chats",
  ];
  for (const path of paths) await send(path);
  assert.deepEqual(new Set(asked().map(({ url }) => url)), new Set(paths));
});

test("requests spread over the nodes, on connections that are kept", async () => {
  for (let count = 0; count < 20; count += 1) await send("/plans/groupCount");
  for (const { asked } of nodes) {
    assert.ok(asked.length > 4, `${asked.length} of 20`);
    const connections = new Set(asked.map(({ socket }) => socket));
    assert.ok(connections.size < asked.length / 2, `${connections.size} connections`);
  }
});

test("the polls of a client go to one node, and other clients to the other", async () => {
  const nodeOf = new Map();
  for (let client = 2; client < 18; client += 1) {
    const from = `127.0.0.${client}`;
    nodes.forEach((node) => (node.asked = []));
    await send("/socket.io/?EIO=4&transport=polling", { from });
    for (const method of ["GET", "POST", "GET"]) {
      await send("/socket.io/?EIO=4&transport=polling&sid=abc", { from, method });
    }
    await upgrade("/socket.io/?EIO=4&transport=websocket&sid=abc", from);
    assert.deepEqual(nodes.map(({ asked }) => asked.length).sort(), [0, 5]);
    nodeOf.set(from, nodes.findIndex(({ asked }) => asked.length === 5));
  }
  assert.equal(new Set(nodeOf.values()).size, 2, "an address may have either node");
});

/** Upgrades, says something and hears it back. */
async function upgrade(path, from, { keep = false } = {}) {
  const headers = { connection: "Upgrade", upgrade: "websocket" };
  const socket = await new Promise((resolve, reject) => {
    const start = (asked) => asked.on("upgrade", (_, socket) => resolve(socket)).end();
    request(nginx.base, path, { from, headers, open: true, body: start }).then(
      ({ status }) => reject(new Error(`no upgrade but ${status}`)),
      reject,
    );
  });
  socket.write("ping");
  const [echo] = await once(socket, "data");
  assert.equal(echo.toString(), "ping");
  if (!keep) socket.destroy();
  return socket;
}

for (const path of ["/ws", "/socket.io/?EIO=4&transport=websocket"]) {
  test(`sockets at ${path} spread, wherever they come from`, async () => {
    const sockets = [];
    for (let count = 0; count < 8; count += 1) sockets.push(await upgrade(path, "127.0.0.1", { keep: true }));
    for (const node of nodes) {
      assert.ok(node.asked.length >= 3, `${node.asked.length} of 8`);
      assert.equal(node.asked[0].headers.connection, "upgrade");
    }
    sockets.forEach((socket) => socket.destroy());
  });
}

test("no other upgrade gets through", async () => {
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "" };
  assert.equal((await send("/users/makers", { headers })).status, 200);
  assert.equal(asked()[0].headers.upgrade, undefined);
});

test("a stream arrives as it's written", async () => {
  let written;
  everyNode((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    written = response;
  });
  const headers = { "accept-encoding": "gzip" };
  const { stream, status } = await send("/notifications/stream", { open: true, headers });
  assert.equal(status, 200);
  assert.equal((await once(stream, "data"))[0].toString(), ": hello\n\n");
  written.write("data: ping\n\n");
  assert.equal((await once(stream, "data"))[0].toString(), "data: ping\n\n");
  const closed = once(written, "close");
  stream.destroy();
  await closed;
});

test("a file arrives while it's sent, and may be large", async () => {
  let arrived = 0;
  everyNode((request, response) => {
    request.on("data", (chunk) => (arrived += chunk.length));
    request.on("end", () => response.writeHead(201).end());
  });
  const size = 105 * 1024 * 1024;
  const body = async (asked) => {
    asked.write(Buffer.alloc(1024));
    await eventually("the first bytes arrive", () => arrived > 0);
    asked.end(Buffer.alloc(size - 1024));
  };
  const headers = { "content-length": size };
  assert.equal((await send("/chatRooms/1/chats", { method: "POST", headers, body })).status, 201);
  assert.equal(arrived, size);
});

test("what is far too large is refused in the form of the API", async () => {
  for (const [path, length] of [
    ["/plans", 3e6],
    ["/chatrooms/1/chats/", 2e8],
  ]) {
    const headers = { "content-length": length, "accept-language": "en" };
    const answer = await send(path, { method: "POST", headers, body: (asked) => asked.flushHeaders() });
    assert.equal(answer.status, 413);
    assert.match(answer.headers["content-type"], /^application\/json/);
    const { timestamp, requestId, ...rest } = answer.json();
    const said = { statusCode: 413, path, message: "The request is too large.", code: "BODY_TOO_LARGE" };
    assert.deepEqual(rest, said);
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(answer.headers["x-request-id"], requestId);
  }
  assert.equal(asked().length, 0);
});

test("JSON is compressed for whoever takes that", async () => {
  const packed = await send("/plans/groupCount", { headers: { "accept-encoding": "gzip" } });
  assert.equal(packed.headers["content-encoding"], "gzip");
  assert.equal(packed.headers.vary, "Accept-Encoding");
  assert.ok(packed.body.length < 1000, `${packed.body.length} bytes`);
  assert.equal((await send("/plans/groupCount")).headers["content-encoding"], undefined);
});

test("a node that hangs up is asked once for a POST or a PATCH, and the other one for the rest", async () => {
  everyNode((request) => request.resume().on("end", () => request.socket.destroy()));
  for (const [method, times] of [
    ["GET", 2],
    ["POST", 1],
    ["PATCH", 1],
  ]) {
    nodes.forEach((node) => (node.asked = []));
    assert.equal((await send("/plans", { method, body: method === "GET" ? undefined : "{}" })).status, 503);
    assert.equal(asked().length, times, method);
  }
});

test("while a node is away the other one does everything", async () => {
  const [gone] = nodes;
  await gone.close();
  for (const method of ["GET", "POST", "PATCH", "DELETE"]) {
    for (let count = 0; count < 10; count += 1) {
      const answer = await send("/plans", { method, body: method === "GET" ? undefined : "{}" });
      assert.equal(answer.status, 200, method);
    }
  }
  // A client whose node it was, too.
  for (let client = 2; client < 10; client += 1) {
    const answer = await send("/socket.io/?EIO=4&transport=polling", { from: `127.0.0.${client}` });
    assert.equal(answer.status, 200);
  }
  await gone.listen(ports[0]);
});

test("one node may go the moment that the other one is back", async () => {
  for (const [number, node] of [...nodes.entries(), ...nodes.entries()]) {
    await node.close();
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await send("/plans")).status, 200);
      assert.equal((await send("/socket.io/?EIO=4&transport=polling")).status, 200);
    }
    await node.listen(ports[number]);
  }
});

test("while all nodes are away nginx says so in the form of the API", async () => {
  await Promise.all(nodes.map((node) => node.close()));
  const inEnglish = { "accept-language": "en-US,en;q=0.9" };
  for (const [path, headers, message] of [
    ["/plans/1?x=%22", {}, "일시적으로 이용할 수 없습니다. 잠시 후 다시 시도해 주세요."],
    ["/ws", inEnglish, "This is not available right now. Please try again in a moment."],
  ]) {
    const answer = await send(path, { headers });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers["retry-after"], "5");
    const { timestamp, requestId, ...rest } = answer.json();
    assert.deepEqual(rest, { statusCode: 503, path: path.split("?")[0], message, code: "UNAVAILABLE" });
    assert.ok(timestamp && requestId === answer.headers["x-request-id"]);
  }
  await Promise.all(nodes.map((node, number) => node.listen(ports[number])));
  assert.equal((await send("/plans/1")).status, 200);
});

test("the log tells who asked what of whom, and no secret", async () => {
  await send("/media/abc.png?signature=hunter2", { from: "127.0.0.5", headers: { authorization: "Bearer hunter3" } });
  const line = await eventually("it's logged", async () =>
    (await nginx.requests()).find(({ path }) => path === "/media/abc.png"),
  );
  assert.equal(line.client, "127.0.0.5");
  assert.ok(ports.some((port) => line.node === `127.0.0.1:${port}`) && line.status === 200);
  assert.doesNotMatch(JSON.stringify(line), /hunter/);
});
