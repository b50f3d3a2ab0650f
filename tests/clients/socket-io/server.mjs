// A real goforme with data of its own, which can be stopped and started again at the same address.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { eventually } from "./api.mjs";

export class Server {
  #folder;
  #environment;
  #process;
  base;

  /** Starts one with these variables in its environment. */
  static async start(environment = {}) {
    const server = new Server();
    server.#folder = await mkdtemp(join(process.env.TARGET, "tmp", "socket-io."));
    server.#environment = environment;
    await server.start();
    return server;
  }

  /** Starts it, or starts it again where it was. */
  async start() {
    const addressFile = join(this.#folder, "http.addr");
    await rm(addressFile, { force: true });
    this.#process = spawn(process.env.GOFORME, ["serve"], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        APP_ENV: "test",
        DATA_DIR: this.#folder,
        HTTP_ADDR: this.base ? this.base.replace("http://", "") : "127.0.0.1:0",
        HTTP_ADDR_FILE: addressFile,
        ADMIN_ADDR: "127.0.0.1:0",
        CHAT_MESSAGE_LIMIT: "1000",
        ...this.#environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(join(this.#folder, "log"), { flags: "a" });
    this.#process.stdout.pipe(log, { end: false });
    this.#process.stderr.pipe(log, { end: false });
    const address = await eventually("the server binds its port", async () => {
      if (this.#process.exitCode !== null) throw new Error(`the server ended: ${await this.log()}`);
      return readFile(addressFile, "utf8").catch(() => undefined);
    });
    this.base = `http://${address.trim()}`;
    await eventually("the server is ready", async () => (await fetch(`${this.base}/health/ready`)).ok);
  }

  /** Ends it as an operator does (SIGTERM), or as a power cut does (SIGKILL). */
  async stop(signal = "SIGTERM") {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill(signal);
    await ended;
  }

  log() {
    return readFile(join(this.#folder, "log"), "utf8");
  }

  /** Ends it for good. */
  async discard() {
    await this.stop("SIGKILL");
    await rm(this.#folder, { recursive: true });
  }
}
