// nginx as it's deployed: deploy/nginx/nginx.conf as it is, with addresses for names in nodes.conf, and another port.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as ask } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { Process, accepts, freePort } from "./processes.mjs";

export class Nginx {
  #folder;
  #process;
  base;

  /** Starts one in front of nodes at these ports. */
  static async start(ports) {
    const nginx = new Nginx();
    nginx.#folder = await mkdtemp(join(process.env.TARGET, "tmp", "nginx."));
    const inFolder = (name) => join(nginx.#folder, name);
    await mkdir(inFolder("run"));
    await cp(join(process.env.ROOT, "deploy/nginx/nginx.conf"), inFolder("nginx.conf"));
    await writeFile(inFolder("nodes.conf"), await nodesAt(ports));
    const port = await freePort();
    await writeFile(inFolder("listen.conf"), `listen 127.0.0.1:${port};\n`);
    const globals = `daemon off;${process.getuid() === 0 ? " user root;" : ""}`;
    const command = ["nginx", "-p", inFolder("run"), "-c", inFolder("nginx.conf"), "-g", globals];
    nginx.#process = new Process(inFolder("log"), command);
    nginx.base = `http://127.0.0.1:${port}`;
    await nginx.#process.once("nginx listens", () => accepts(port));
    return nginx;
  }

  /** The requests that it has answered so far, as its log tells them. */
  async requests() {
    const lines = (await readFile(join(this.#folder, "log"), "utf8")).split("\n");
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  async discard() {
    await this.#process.stop("SIGTERM");
    await rm(this.#folder, { recursive: true });
  }
}

/** The nodes as they are deployed, but at these ports of ours, and not by name. */
async function nodesAt(ports) {
  const deployed = await readFile(join(process.env.ROOT, "deploy/nginx/nodes.conf"), "utf8");
  const nodes = [...deployed.matchAll(/^server \S+ resolve (.*;)$/gm)];
  if (nodes.length !== ports.length) throw new Error(`${nodes.length} nodes are deployed`);
  return nodes.map(([, options], number) => `server 127.0.0.1:${ports[number]} ${options}\n`).join("");
}

/**
 * A request from a loopback address of one's choice, and its answer:
 * `{ status, headers, body, json(), stream }`, of which `body` and `json` are there unless `open` is set.
 */
export function request(base, path, { from = "127.0.0.1", open = false, body, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const asked = ask(new URL(path, base), { agent: false, localAddress: from, ...options }, async (stream) => {
      const answer = { status: stream.statusCode, headers: stream.headers, stream };
      if (open) return resolve(answer);
      try {
        answer.body = await buffer(stream);
      } catch (error) {
        return reject(error);
      }
      answer.json = () => JSON.parse(answer.body.toString());
      resolve(answer);
    });
    asked.on("error", reject);
    if (typeof body === "function") body(asked);
    else asked.end(body);
  });
}
