// PostgreSQL, MongoDB and Redis of a test's own, on free ports and with nothing in them.

import { execFileSync } from "node:child_process";
import { chown, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Process, accepts, freePort, run } from "./processes.mjs";

export class Stores {
  #folder;
  #processes = [];
  /** The variables that have goforme use them. */
  environment;

  static async start() {
    const stores = new Stores();
    // PostgreSQL's user must be able to look into it.
    stores.#folder = await mkdtemp(join(tmpdir(), "goforme-behind-nginx."));
    const owner = databaseUser();
    if (owner) await chown(stores.#folder, owner.uid, owner.gid);
    const [postgres, mongo, redis] = await Promise.all([
      stores.#postgres(owner),
      stores.#server("mongo", mongoCommand),
      stores.#server("redis", (port) => ["redis-server", "--port", port, "--bind", "127.0.0.1", "--appendonly", "yes"]),
    ]);
    stores.environment = {
      DATABASE_URL: `postgres://goforme@127.0.0.1:${postgres}/postgres`,
      MONGODB_URI: `mongodb://127.0.0.1:${mongo}`,
      REDIS_URL: `redis://127.0.0.1:${redis}`,
    };
    return stores;
  }

  async #postgres(owner) {
    const programs = await postgresPrograms();
    const data = join(this.#folder, "postgres");
    const settings = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    const options = { cwd: this.#folder, ...owner };
    const log = join(this.#folder, "postgres.log");
    await run(log, [join(programs, "initdb"), "-D", data, "-U", "goforme", ...settings], options);
    const server = join(programs, "postgres");
    const quick = ["-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"];
    return this.#listening(log, (port) => [server, "-D", data, "-p", port, ...quick], options);
  }

  async #server(name, command) {
    const cwd = join(this.#folder, name);
    await mkdir(cwd);
    return this.#listening(join(this.#folder, `${name}.log`), command, { cwd });
  }

  async #listening(log, command, options) {
    const port = await freePort();
    const process = new Process(log, command(`${port}`), options);
    this.#processes.push(process);
    await process.once(`${log} listens`, () => accepts(port));
    return port;
  }

  async discard() {
    await Promise.all(this.#processes.map((process) => process.stop("SIGQUIT")));
    await rm(this.#folder, { recursive: true });
  }
}

/** A `mongod`, or what else speaks its protocol; the suite says which. */
function mongoCommand(port) {
  const program = process.env.MONGO_SERVER;
  if (program.endsWith("mongod")) return [program, "--bind_ip", "127.0.0.1", "--port", port, "--dbpath", "."];
  return [program, `127.0.0.1:${port}`, "."];
}

/** PostgreSQL refuses to run as root. */
function databaseUser() {
  if (process.getuid() !== 0) return undefined;
  const id = (option) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function postgresPrograms() {
  const home = "/usr/lib/postgresql";
  const versions = await readdir(home).catch(() => []);
  const newest = versions.map(Number).sort((one, other) => other - one)[0];
  return newest ? join(home, `${newest}`, "bin") : "";
}
