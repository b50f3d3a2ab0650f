// Everything that deploy/compose.yaml brings up, as processes of this machine: the stores, two nodes and a worker,
// and nginx in front of them.

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { Server } from "../server.mjs";
import { Nginx } from "./nginx.mjs";
import { Process, freePort, run } from "./processes.mjs";
import { Stores } from "./stores.mjs";

export class Site {
  #data;
  #stores;
  #worker;
  nodes = [];
  nginx;

  /** Starts all of it, with nothing in its stores. */
  static async start() {
    const site = new Site();
    try {
      await site.#start();
    } catch (error) {
      await site.discard();
      throw error;
    }
    return site;
  }

  async #start() {
    this.#data = await mkdtemp(join(process.env.TARGET, "tmp", "behind-nginx."));
    const ports = [await freePort(), await freePort()];
    [this.#stores, this.nginx] = await Promise.all([Stores.start(), Nginx.start(ports)]);
    const environment = {
      ...this.#stores.environment,
      // The folder that the nodes share for media.
      DATA_DIR: this.#data,
      JWT_SECRET: "a secret that all nodes of the site share",
      PUBLIC_URL: this.nginx.base,
      TRUSTED_PROXIES: "127.0.0.1",
      CHAT_MESSAGE_LIMIT: "100000",
    };
    const env = { PATH: process.env.PATH, APP_ENV: "test", ADMIN_ADDR: "127.0.0.1:0", ...environment };
    const said = await run(join(this.#data, "migrate.log"), [process.env.GOFORME, "migrate"], { env });
    if (!said.includes("the schema is up to date")) throw new Error(said);
    this.#worker = new Process(join(this.#data, "worker.log"), [process.env.GOFORME, "worker"], { env });
    for (const port of ports) this.nodes.push(await Server.start({ ...environment, HTTP_ADDR: `127.0.0.1:${port}` }));
  }

  /** What clients call. */
  get base() {
    return this.nginx.base;
  }

  /** Each node is ended as an operator does and started again, one after the other. */
  async roll() {
    for (const node of this.nodes) {
      await node.stop();
      await node.start();
    }
  }

  async discard() {
    await Promise.all([this.#worker?.stop("SIGTERM"), this.nginx?.discard()]);
    await Promise.all(this.nodes.map((node) => node.discard()));
    await this.#stores?.discard();
    await rm(this.#data, { recursive: true });
  }
}
