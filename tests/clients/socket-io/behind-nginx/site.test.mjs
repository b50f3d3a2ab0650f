// Two nodes and a worker on servers of their own, behind nginx: what a client sees of it all.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { aRoom, eventually, get, post } from "../api.mjs";
import { WAYS, closeAll, connected, messagesOf, send } from "../client.mjs";
import { Load } from "./load.mjs";
import { request } from "./nginx.mjs";
import { Site } from "./site.mjs";
import { Phone } from "./phone.mjs";

let site;
let dreamer;
let maker;
let room;
let load;

before(async () => {
  site = await Site.start();
  ({ dreamer, maker, room } = await aRoom(site.base));
});
after(async () => {
  load?.close();
  await site?.discard();
});
afterEach(closeAll);

const nodesOf = async (path, status) => {
  const requests = (await site.nginx.requests()).filter((line) => line.path === path && line.status === status);
  return new Set(requests.map(({ node }) => node));
};

test("a trip from sign-up to its room takes both nodes and the worker", async () => {
  const requests = (await site.nginx.requests()).filter(({ status }) => status < 300);
  assert.equal(new Set(requests.map(({ node }) => node)).size, 2);
  assert.ok(requests.every(({ status, requestId }) => status < 300 && requestId));
});

/** Two addresses whose long-polling goes to different nodes. */
async function distantAddresses() {
  const addresses = new Map();
  for (let number = 2; addresses.size < 2; number += 1) {
    const from = `127.0.0.${number}`;
    await request(site.base, "/socket.io/?EIO=4&transport=polling", { from });
    const line = await eventually("it's logged", async () =>
      (await site.nginx.requests()).find(({ client }) => client === from),
    );
    if (!addresses.has(line.node)) addresses.set(line.node, from);
  }
  return [...addresses.values()];
}

for (const transports of WAYS) {
  test(`users on different nodes chat by ${transports.join(" and then ")}`, async () => {
    const [here, there] = await distantAddresses();
    const open = (user, localAddress) =>
      connected(site.base, user, { transports, agent: new Agent({ localAddress }) });
    const [one, other] = [await open(dreamer, here), await open(maker, there)];
    const heard = [messagesOf(one), messagesOf(other)];
    const texts = Array.from({ length: 20 }, (_, number) => `${transports} ${number}`);
    for (const text of texts) assert.equal((await send(one, room, text)).content, text);
    assert.deepEqual(await heard[1].until(texts.length), texts);
    await send(other, room, "received");
    assert.deepEqual(await heard[0].until(1), ["received"]);
    assert.equal(one.io.engine.transport.name, transports.at(-1));
    closeAll();
    const status = transports.at(-1) === "websocket" ? 101 : 200;
    await eventually("both nodes had a part", async () => (await nodesOf("/socket.io/", status)).size === 2);
  });
}

test("phones on different nodes chat, and a text over HTTP reaches both", async () => {
  const phones = [];
  for (const user of [dreamer, maker]) phones.push(await Phone.connect(site.base, user, room));
  const [one, other] = phones;
  const stored = await one.send("from a phone", randomUUID());
  await other.hears(stored.id);
  const typed = await post(site.base, `/chatRooms/${room}/chats`, maker.token, { type: "TEXT", content: "over HTTP" });
  await Promise.all(phones.map((phone) => phone.hears(typed.id)));
  assert.ok(one.isInOrder && other.isInOrder);
  phones.forEach((phone) => phone.close());
  await eventually("both nodes had a part", async () => (await nodesOf("/ws", 101)).size === 2);
});

test("a notification that the worker makes comes by the stream of another process", async () => {
  const headers = { authorization: `Bearer ${maker.token}` };
  const { stream, status } = await request(site.base, "/notifications/stream", { headers, open: true });
  assert.equal(status, 200);
  let heard = "";
  stream.setEncoding("utf8").on("data", (text) => (heard += text));
  await eventually("the stream begins at once", () => heard.startsWith(":"));
  const plan = await post(site.base, "/plans", dreamer.token, {
    title: "Alleys",
    tripDate: "2099-05-07",
    tripType: "FOOD_TOUR",
    serviceArea: "SEOUL",
    details: "On foot.",
  });
  await post(site.base, `/plans/${plan.id}/assign`, dreamer.token, { assigneeId: maker.id });
  await eventually("the maker is told", () => /^data: .+ Dreamer/m.test(heard));
  stream.destroy();
  await once(stream, "close");
});

test("a film that one node took is served by both, in parts too", async () => {
  const film = await readFile(join(process.env.ROOT, "tests/e2e/files/film.mp4"));
  const form = new FormData();
  form.append("type", "VIDEO");
  form.append("file", new Blob([film], { type: "video/mp4" }), "film.mp4");
  const headers = { authorization: `Bearer ${dreamer.token}` };
  const answer = await fetch(`${site.base}/chatRooms/${room}/chats`, { method: "POST", headers, body: form });
  assert.equal(answer.status, 201);
  const { content } = await answer.json();
  assert.ok(content.startsWith(site.base), content);
  for (const base of [site.base, ...site.nodes.map((node) => node.base)]) {
    const part = await request(base, content.replace(site.base, ""), { headers: { range: "bytes=4-11" } });
    assert.equal(part.status, 206);
    assert.deepEqual(part.body, film.subarray(4, 12));
  }
});

test("both nodes are restarted under load, and every message is there exactly once", async (context) => {
  load = await Load.start(site.base, 3);
  await load.acknowledges(20);
  await site.roll();
  await load.acknowledges(20);
  const { rooms, lookups, ...counts } = await load.stop();
  for (const { room, dreamer, acknowledged, members } of rooms) {
    for (const { base } of site.nodes) {
      const stored = await history(base, dreamer.token, room);
      const ours = stored.filter(({ content }) => content.startsWith("load "));
      assert.deepEqual(ours.map(({ id }) => id).sort(), [...acknowledged].sort(), "what was acknowledged is stored once");
      assert.equal(new Set(ours.map(({ content }) => content)).size, ours.length, "nothing is stored twice");
    }
    for (const member of members) await member.hasHeard(acknowledged);
  }
  assert.deepEqual(lookups.failures, [], "reads never fail");
  context.diagnostic(JSON.stringify({ ...counts, reads: lookups.count }));
});

/** All messages of a room, as this node tells them. */
async function history(base, token, room) {
  const messages = [];
  for (let page = 1; ; page += 1) {
    const { totalCount, list } = await get(base, `/chatRooms/${room}/chats?page=${page}&pageSize=100`, token);
    messages.push(...list);
    if (messages.length >= totalCount) return messages;
  }
}
