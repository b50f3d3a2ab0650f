// deploy/compose.yaml: what Compose reads in it, and what goforme makes of the variables.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { aDeployment, isHealthy } from "./compose.mjs";

let deployment;
let services;

before(async () => {
  deployment = await aDeployment();
});
after(() => deployment.discard());

const read = (file) => readFile(join(process.env.ROOT, file), "utf8");

test("without secrets it's refused, and new-env makes them once", async () => {
  const refused = (secret) => ({ stderr }) => String(stderr).includes(`required variable ${secret} is missing`);
  for (const secret of ["JWT_SECRET", "POSTGRES_PASSWORD", "MONGO_PASSWORD", "REDIS_PASSWORD", "S3_PASSWORD"]) {
    assert.throws(() => deployment.read(), refused(secret));
  }
  deployment.newEnv();
  assert.equal((await stat(join(deployment.folder, ".env"))).mode & 0o077, 0, "nobody else can read it");
  const secrets = (await readFile(join(deployment.folder, ".env"), "utf8")).match(/^[A-Z0-9_]+=[0-9a-f]{64}$/gm);
  assert.equal(new Set(secrets.map((line) => line.split("=")[1])).size, 5);
  assert.throws(() => deployment.newEnv(), ({ stderr }) => /is there already/.test(stderr));
  ({ services } = deployment.read());
});

test("the issue's services are there", () => {
  const names = ["migrate", "mongo", "nginx", "node-1", "node-2", "postgres", "redis", "s3", "worker"];
  assert.deepEqual(Object.keys(services).sort(), names);
});

test("every image is one exact version", async () => {
  const images = Object.values(services).map(({ image }) => image);
  const dockerfile = await read("deploy/Dockerfile");
  // A stage of one's own has no tag.
  images.push(...[...dockerfile.matchAll(/^FROM (\S+:\S+)/gm)].map(([, image]) => image));
  for (const image of new Set(images)) {
    if (image === "goforme:local") continue;
    assert.match(image, /:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$|^debian:bookworm-\d{8}-slim$/);
  }
  const { channel } = (await read("rust-toolchain.toml")).match(/channel = "(?<channel>[\d.]+)"/).groups;
  assert.ok(dockerfile.includes(`FROM rust:${channel}-bookworm`), "the image has the toolchain of the repository");
  assert.ok(dockerfile.includes(`RUSTUP_TOOLCHAIN=${channel}`));
});

test("nginx alone can be reached, by default from this machine only", () => {
  for (const [name, { ports, network_mode: mode }] of Object.entries(services)) {
    assert.equal(mode, undefined);
    if (name !== "nginx") assert.equal(ports, undefined, name);
  }
  assert.deepEqual(services.nginx.ports.map((port) => [port.host_ip, port.published]), [["127.0.0.1", "8080"]]);
  for (const store of ["postgres", "mongo", "redis", "s3"]) {
    assert.deepEqual(Object.keys(services[store].networks), ["stores"]);
  }
  assert.deepEqual(Object.keys(services.nginx.networks), ["front"]);
});

test("whatever goes on is started again, is asked for its health and keeps its data", () => {
  for (const [name, service] of Object.entries(services)) {
    const goesOn = name !== "migrate";
    assert.equal(service.restart, goesOn ? "unless-stopped" : "no", name);
    assert.equal(Boolean(service.healthcheck), goesOn, name);
    assert.ok(service.logging.options["max-size"], name);
    const named = (service.volumes ?? []).some(({ type }) => type === "volume");
    assert.equal(named, name !== "nginx", name);
  }
});

test("everybody waits for whom they need", () => {
  const waits = (name) =>
    Object.entries(services[name].depends_on ?? {}).map(([other, { condition }]) => `${other} ${condition}`);
  assert.deepEqual(waits("migrate"), ["postgres service_healthy"]);
  for (const name of ["node-1", "node-2", "worker"]) {
    const expected = ["migrate service_completed_successfully", "mongo service_healthy", "redis service_healthy"];
    assert.deepEqual(waits(name).sort(), expected);
  }
  assert.deepEqual(waits("nginx").sort(), ["node-1 service_healthy", "node-2 service_healthy"]);
});

test("nginx knows every node by its name", async () => {
  const nodes = Object.keys(services).filter((name) => services[name].command?.includes("serve"));
  const named = [...(await read("deploy/nginx/nodes.conf")).matchAll(/^server (\S+):4000 /gm)].map(([, name]) => name);
  assert.deepEqual(named, nodes);
});

test("Redis writes down what it's told and forgets nothing", () => {
  const command = services.redis.command.join(" ");
  assert.match(command, /--appendonly yes --maxmemory-policy noeviction --requirepass [0-9a-f]{64}/);
});

test("nodes run as nobody, on files that they can't change", () => {
  for (const name of ["migrate", "node-1", "node-2", "worker", "nginx"]) {
    const { read_only: unchangeable, cap_drop: capabilities } = services[name];
    assert.deepEqual([unchangeable, capabilities], [true, ["ALL"]], name);
  }
});

/** Runs goforme with the variables of a container. */
function goforme(command, environment) {
  const env = { PATH: process.env.PATH, ...environment };
  return spawnSync(process.env.GOFORME, command, { env, encoding: "utf8", timeout: 30_000 });
}

test("goforme takes these variables, and then misses the database", () => {
  const { status, stderr } = goforme(["migrate", "--check"], services.migrate.environment);
  assert.equal(status, 1);
  assert.match(stderr, /^goforme: the database can't be asked/m);
});

test("production with nothing but these secrets is refused, by name", () => {
  const production = deployment.read({ APP_ENV: "production" }).services["node-1"].environment;
  const { status, stderr } = goforme(["serve"], production);
  assert.equal(status, 1);
  assert.match(stderr, /^goforme: PORTONE_API_SECRET: not set/);
});

test("the health check of the nodes takes 200 for healthy and nothing else", async () => {
  for (const [status, healthy] of [
    [200, true],
    [503, false],
    [undefined, false],
  ]) {
    const server = createServer((_, response) => response.writeHead(status).end("{}")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    if (!status) server.close();
    assert.equal(await isHealthy(services["node-1"], port), healthy, `${status}`);
    server.close();
  }
});
