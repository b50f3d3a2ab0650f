// The official client, with ways to wait for what it hears.

import { createRequire } from "node:module";

// It is installed outside of the source tree.
const require = createRequire(`${process.env.CLIENT_MODULES}/`);
const { io } = require("socket.io-client");

const PATIENCE = 20_000;

/** Every way to connect that the client has. */
export const WAYS = [["websocket"], ["polling"], ["polling", "websocket"]];

const opened = new Set();

/** A socket with a connection of its own. */
export function aSocket(base, options) {
  const socket = io(base, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options });
  opened.add(socket);
  return socket;
}

/** A socket that has connected. */
export async function connected(base, user, options) {
  const socket = aSocket(base, { auth: { token: user.token }, ...options });
  await next(socket, "connect");
  return socket;
}

/** Closes every socket that was opened, so that the tests can end. */
export function closeAll() {
  opened.forEach((socket) => socket.disconnect());
  opened.clear();
}

/** The arguments of the next event of this name. */
export function next(emitter, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nobody heard of ${name}`)), PATIENCE);
    emitter.once(name, (...heard) => {
      clearTimeout(timer);
      resolve(heard);
    });
  });
}

/**
 * The contents of the messages that a socket hears from now on; `until` waits for so many of them, `upTo`
 * for one.
 */
export function messagesOf(socket) {
  const contents = [];
  socket.on("ServerToClientMessage", ({ content }) => contents.push(content));
  contents.until = async (count) => {
    while (contents.length < count) await next(socket, "ServerToClientMessage");
    return [...contents];
  };
  contents.upTo = async (content) => {
    while (!contents.includes(content)) await next(socket, "ServerToClientMessage");
    return [...contents];
  };
  return contents;
}

/** Sends a text and answers what the server acknowledges. */
export function send(socket, room, content) {
  const message = { chatRoomId: room, type: "TEXT", content };
  return socket.timeout(PATIENCE).emitWithAck("ClientToServerMessage", message);
}
