// The official client in a real browser, on a page from another origin than the server's.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { text } from "node:stream/consumers";

import { aRoom } from "./api.mjs";
import { WAYS } from "./client.mjs";
import { Server } from "./server.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--enable-logging=stderr",
];

let page;
let server;
let people;
/** Takes what the page posts. */
let settle;

before(async () => {
  page = createServer(answer).listen(0, "127.0.0.1");
  await once(page, "listening");
  server = await Server.start({ CORS_ORIGINS: origin() });
  people = await aRoom(server.base);
});
after(async () => {
  page.close();
  await server.discard();
});

const origin = () => `http://127.0.0.1:${page.address().port}`;

async function answer(request, response) {
  const files = {
    "/": ["text/html", new URL("page.html", import.meta.url)],
    "/socket.io.js": [
      "text/javascript",
      join(process.env.CLIENT_MODULES, "node_modules/socket.io-client/dist/socket.io.min.js"),
    ],
  };
  if (request.url === "/outcome") settle(JSON.parse(await text(request)));
  const [type, file] = files[request.url] ?? [];
  response.writeHead(file || request.url === "/outcome" ? 200 : 404, { "content-type": type ?? "text/plain" });
  response.end(file && (await readFile(file)));
}

/** What the page does in a browser of its own. */
async function outcomeOf(address) {
  const profile = await mkdtemp(join(process.env.TARGET, "tmp", "chromium."));
  const outcome = new Promise((resolve) => (settle = resolve));
  const browser = spawn("chromium", [...FLAGS, `--user-data-dir=${profile}`, address], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(browser, "exit");
  const said = text(browser.stderr);
  const patience = setTimeout(() => browser.kill("SIGKILL"), 90_000);
  const failed = ended.then(async () => ({ failed: `the browser ended: ${(await said).slice(-2000)}` }));
  const first = await Promise.race([outcome, failed]);
  clearTimeout(patience);
  browser.kill("SIGKILL");
  await ended;
  await rm(profile, { recursive: true, maxRetries: 10, retryDelay: 100 });
  return first;
}

for (const transports of WAYS) {
  test(`a page talks by ${transports.join(" and then ")}`, async () => {
    const { dreamer, maker, room } = people;
    const task = { base: server.base, transports, dreamer: dreamer.token, maker: maker.token, room };
    const outcome = await outcomeOf(`${origin()}/#${encodeURIComponent(JSON.stringify(task))}`);
    assert.equal(outcome.failed, undefined);
    assert.deepEqual(outcome.heard, ["답장"], "its own message is not echoed");
    assert.equal(outcome.stored.content, "브라우저에서");
    assert.deepEqual(outcome.received, outcome.stored);
    assert.equal(outcome.refused.code, "VALIDATION_FAILED");
    assert.deepEqual(outcome.error, outcome.refused);
    assert.equal(outcome.transport, transports.at(-1));
    assert.deepEqual(outcome.stranger, { statusCode: 401, code: "TOKEN_INVALID" });
  });
}
