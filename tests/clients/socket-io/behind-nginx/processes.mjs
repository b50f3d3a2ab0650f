// Processes that a test starts and ends, each with a log in a folder of the test's own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect, createServer } from "node:net";

import { eventually } from "../api.mjs";

export class Process {
  #child;
  #log;

  /** Starts it; `log` takes what it says. The rest is for `spawn`. */
  constructor(log, command, options = {}) {
    this.#log = log;
    const file = openSync(log, "a");
    const [program, ...args] = command;
    this.#child = spawn(program, args, { ...options, stdio: ["ignore", file, file] });
    closeSync(file);
    this.#child.on("error", () => {});
    // A test that fails half-way may forget it: it neither keeps the test from ending nor outlives it.
    this.#child.unref();
    process.on("exit", () => this.#child.kill("SIGKILL"));
  }

  get hasEnded() {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What `look` finds, as soon as it finds something; fails with the log if the process ends before. */
  async once(what, look) {
    return eventually(what, async () => {
      if (this.hasEnded) throw new Error(`${what}: the process ended: ${(await this.log()).slice(-2000)}`);
      return look();
    });
  }

  async stop(signal) {
    if (this.hasEnded) return;
    this.#child.ref();
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }

  log() {
    return readFile(this.#log, "utf8");
  }
}

/** Runs a command to its end and answers what it has said. */
export async function run(log, command, options) {
  const running = new Process(log, command, options);
  await eventually(`${command[0]} ends`, () => running.hasEnded);
  return running.log();
}

const FIRST_PORT = 10_000;
const PORTS = 22_000;
// Somewhere else in each process, since several may look for one at the same time.
let nextPort = Math.floor(Math.random() * PORTS);

/**
 * A port that is free, and that nobody gets by accident while it isn't used for a while: it is none of those that
 * the system gives to whoever connects to something.
 */
export async function freePort() {
  for (;;) {
    const port = FIRST_PORT + (nextPort % PORTS);
    nextPort += 1;
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** Whether somebody listens there. */
export async function accepts(port) {
  const socket = connect(port, "127.0.0.1");
  const accepted = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return accepted;
}
