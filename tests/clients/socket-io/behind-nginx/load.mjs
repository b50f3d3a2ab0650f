// People who talk without pause, by every way there is, and keep count of what was acknowledged.

import { randomUUID } from "node:crypto";

import { aRoom, eventually } from "../api.mjs";
import { Page } from "./page.mjs";
import { Phone } from "./phone.mjs";

/** How the members of the rooms are connected, one room after the other. */
const CONNECT = [
  Phone.connect,
  (base, user, room) => Page.connect(base, user, room, ["websocket"]),
  (base, user, room) => Page.connect(base, user, room, ["polling"]),
];

export class Load {
  #base;
  #stopping = false;
  #work = [];
  #rooms = [];
  #lookups = { count: 0, failures: [] };
  #acknowledged = 0;
  #failedPosts = 0;

  /** Has the members of so many new rooms begin to talk. */
  static async start(base, rooms) {
    const load = new Load();
    load.#base = base;
    for (let number = 0; number < rooms; number += 1) await load.#addRoom(CONNECT[number % CONNECT.length]);
    load.#begin(load.#lookUp());
    return load;
  }

  async #addRoom(connect) {
    const { dreamer, maker, room } = await aRoom(this.#base);
    const members = [await connect(this.#base, dreamer, room), await connect(this.#base, maker, room)];
    const talk = { room, dreamer, members, acknowledged: [] };
    this.#rooms.push(talk);
    for (const member of members) {
      this.#begin(this.#talk(talk, (content, key) => member.send(content, key)));
    }
    const post = async (content, key) => {
      const stored = await this.#post(room, maker, content, key);
      members[1].hasPosted?.(stored.id);
      return stored;
    };
    this.#begin(this.#talk(talk, post));
  }

  /** `stop` tells how it ended. */
  #begin(work) {
    this.#work.push(work);
    work.catch(() => {});
  }

  async #talk({ acknowledged }, send) {
    while (!this.#stopping) {
      const key = randomUUID();
      acknowledged.push((await send(`load ${key}`, key)).id);
      this.#acknowledged += 1;
      // Talk, not noise: the restarts are what is tested.
      await pause(25);
    }
  }

  /** Over HTTP, again and again until there is an answer that says it's stored. */
  async #post(room, { token }, content, clientMessageId) {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ type: "TEXT", content, clientMessageId });
    for (;;) {
      const sent = fetch(`${this.#base}/chatRooms/${room}/chats`, { method: "POST", headers, body });
      const answer = await sent.catch(() => undefined);
      if (answer?.status === 201) return answer.json();
      this.#failedPosts += 1;
      if (answer && answer.status !== 503) throw new Error(`${answer.status}: ${await answer.text()}`);
      await pause(50);
    }
  }

  /** Somebody who only reads must not notice anything. */
  async #lookUp() {
    const headers = { authorization: `Bearer ${this.#rooms[0].dreamer.token}` };
    while (!this.#stopping) {
      for (const path of ["/plans/groupCount", "/users/me"]) {
        const answer = await fetch(this.#base + path, { headers }).catch((error) => ({ status: `${error.cause}` }));
        this.#lookups.count += 1;
        if (answer.status !== 200) this.#lookups.failures.push(`${path}: ${answer.status}`);
        else await answer.arrayBuffer();
      }
      await pause(5);
    }
  }

  /** Waits until so many more messages have been acknowledged. */
  async acknowledges(count) {
    const enough = this.#acknowledged + count;
    await eventually(`${count} messages are acknowledged`, () => this.#acknowledged >= enough);
  }

  /** Has them fall silent, and answers what they did. */
  async stop() {
    this.#stopping = true;
    await Promise.all(this.#work);
    const members = this.#rooms.flatMap(({ members }) => members);
    return {
      rooms: this.#rooms,
      lookups: this.#lookups,
      messages: this.#acknowledged,
      failedPosts: this.#failedPosts,
      connections: members.reduce((sum, member) => sum + member.connections, 0),
    };
  }

  /** Ends all their connections. */
  close() {
    this.#stopping = true;
    this.#rooms.flatMap(({ members }) => members).forEach((member) => member.close());
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
