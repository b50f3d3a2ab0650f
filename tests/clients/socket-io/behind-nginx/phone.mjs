// A mobile client: a WebSocket that connects again by itself, resumes, and sends again what was not acknowledged.

import { createRequire } from "node:module";

import { eventually } from "../api.mjs";

const require = createRequire(`${process.env.CLIENT_MODULES}/`);
const WebSocket = require("ws");

/** How long an answer may take before the phone sends again. */
const PATIENCE = 5000;
const PAUSE = 50;

export class Phone {
  #address;
  #user;
  #room;
  #socket;
  #closed = false;
  #waiting = new Map();
  /** The messages of its room, by `seq`. */
  #heard = new Map();
  #lastSeq = 0;
  /** Whether each message had a higher `seq` than the one before it, over all connections. */
  isInOrder = true;
  /** How often it has connected. */
  connections = 0;

  /** A user's phone, which follows one room. */
  static async connect(base, user, room) {
    const phone = new Phone();
    phone.#address = `${base.replace("http", "ws")}/ws`;
    phone.#user = user;
    phone.#room = room;
    phone.#open();
    await eventually("the phone is let in", () => phone.connections > 0);
    return phone;
  }

  #open() {
    if (this.#closed) return;
    const headers = { authorization: `Bearer ${this.#user.token}` };
    const socket = new WebSocket(this.#address, "goforme.v1", { headers });
    this.#socket = socket;
    const resume = this.#lastSeq ? { [this.#room]: this.#lastSeq } : undefined;
    socket.on("open", () => socket.send(JSON.stringify({ op: "hello", resume })));
    socket.on("message", (data) => this.#take(JSON.parse(data)));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#answer(undefined);
      setTimeout(() => this.#open(), PAUSE);
    });
  }

  #take({ op, ref, message, lastSeq }) {
    if (op === "ready") this.connections += 1;
    if (op === "message" && message.chatRoomId === this.#room) this.#hear(message);
    if (op === "ack") {
      this.#heard.set(message.seq, message.id);
      this.#waiting.get(ref)?.(message);
    }
    if (op === "resync") throw new Error(`missed too many, up to ${lastSeq}`);
  }

  #hear({ seq, id }) {
    if (seq <= this.#lastSeq) this.isInOrder = false;
    this.#lastSeq = seq;
    this.#heard.set(seq, id);
  }

  /** Whoever waits for an acknowledgement on a connection that is gone waits in vain. */
  #answer(nothing) {
    for (const answer of this.#waiting.values()) answer(nothing);
  }

  /** Sends a text until it's acknowledged, and answers the message. */
  async send(content, clientMessageId) {
    while (!this.#closed) {
      const message = await this.#try(content, clientMessageId);
      if (message) return message;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    throw new Error("the phone was closed");
  }

  async #try(content, clientMessageId) {
    if (this.#socket.readyState !== WebSocket.OPEN) return undefined;
    const acknowledged = new Promise((resolve) => {
      this.#waiting.set(clientMessageId, resolve);
      setTimeout(resolve, PATIENCE).unref();
    });
    const [ref, roomId, type] = [clientMessageId, this.#room, "TEXT"];
    this.#socket.send(JSON.stringify({ op: "send", ref, roomId, clientMessageId, type, content }));
    const message = await acknowledged;
    this.#waiting.delete(clientMessageId);
    return message;
  }

  /** Waits until it has heard of a message. */
  hears(id) {
    return eventually(`the phone hears of ${id}`, () => [...this.#heard.values()].includes(id));
  }

  /** Waits until it has heard of all of them, and sees that it heard none twice and all in order. */
  async hasHeard(ids) {
    await eventually("the phone hears of everything", () => {
      const heard = new Set(this.#heard.values());
      return ids.every((id) => heard.has(id));
    });
    if (new Set(this.#heard.values()).size !== this.#heard.size) throw new Error("two numbers for one message");
    if (!this.isInOrder) throw new Error("messages came out of order");
  }

  /** Gone without a word, as in a tunnel, and for good. */
  close() {
    this.#closed = true;
    this.#socket.terminate();
  }
}
