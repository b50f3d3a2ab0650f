// The web client: Socket.IO, without a memory of what it has heard. When it's connected again it reads the history,
// and it sends again what was not acknowledged.

import { eventually, get } from "../api.mjs";
import { aSocket, next } from "../client.mjs";

/** How long an acknowledgement may take before the page sends again. */
const PATIENCE = 2000;

export class Page {
  #base;
  #user;
  #room;
  #socket;
  #heard = new Set();
  #live = new Set();
  #twice = [];
  #closed = false;
  #reading = Promise.resolve();
  connections = 0;

  /** A user's page, which shows one room. */
  static async connect(base, user, room, transports) {
    const page = new Page();
    [page.#base, page.#user, page.#room] = [base, user, room];
    page.#socket = aSocket(base, { transports, auth: { token: user.token } });
    page.#socket.on("ServerToClientMessage", ({ id }) => page.#hear(id));
    page.#socket.on("connect", () => page.#connected());
    await next(page.#socket, "connect");
    return page;
  }

  #hear(id) {
    if (this.#live.has(id)) this.#twice.push(id);
    this.#live.add(id);
    this.#heard.add(id);
  }

  #connected() {
    this.connections += 1;
    if (this.connections === 1) return;
    // A store that is busy is asked again; what else goes wrong, `hasHeard` tells.
    const read = () => this.#readHistory().then(() => true, () => false);
    this.#reading = this.#reading.then(() => eventually("the history is read", read));
    this.#reading.catch(() => {});
  }

  async #readHistory() {
    for (let page = 1; ; page += 1) {
      const path = `/chatRooms/${this.#room}/chats?page=${page}&pageSize=100`;
      const { totalCount, list } = await get(this.#base, path, this.#user.token);
      list.forEach(({ id }) => this.#heard.add(id));
      if (page * 100 >= totalCount) return;
    }
  }

  /** Sends a text until it's acknowledged, and answers the message. */
  async send(content, clientMessageId) {
    const message = { chatRoomId: this.#room, type: "TEXT", content, clientMessageId };
    while (!this.#closed) {
      const sent = this.#socket.timeout(PATIENCE).emitWithAck("ClientToServerMessage", message);
      const stored = await sent.catch(() => undefined);
      if (stored?.id) {
        this.#heard.add(stored.id);
        return stored;
      }
    }
    throw new Error("the page was closed");
  }

  /** What its user posts over HTTP is not told to any page of theirs: it's drawn already. */
  hasPosted(id) {
    this.#heard.add(id);
  }

  /** Waits until it knows all of them, and sees that none was told twice. */
  async hasHeard(ids) {
    await this.#reading;
    await eventually("the page knows everything", () => ids.every((id) => this.#heard.has(id)));
    if (this.#twice.length > 0) throw new Error(`told twice: ${this.#twice}`);
  }

  close() {
    this.#closed = true;
    this.#socket.disconnect();
  }
}
