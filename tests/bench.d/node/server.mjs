// The chat as a minimal Socket.IO server, to compare goforme with: the events of the web client and nothing
// else. Environment: JWT_SECRET, ROSTER (the file of `goforme-chat load prepare`), ADDRESS_FILE, DATABASE (a
// file that is not there yet), SERVER_MODULES (where the packages are), STORE.
//
// It does what any such server has to do: it verifies the token's signature and expiry (HS256), lets only
// members into a room, checks the text, numbers the messages of a room, stores them, tells the other member
// and answers the sender. STORE is where:
//
//   memory        an array; nothing survives
//   sqlite        SQLite in WAL mode, as better-sqlite3 does it best: survives a crash of the process
//   sqlite-full   the same with a sync of the disk before each answer, which is what goforme's answer means
//
// What it does not do, and goforme does: ask whether the session was ended, limit what a user may send or
// how many connections they have, recognise a repeated message, notice that a member was told messages out
// of order or not at all and read them again, keep read positions and presence, close connections that are
// too slow, work with other nodes. Its list of members is in memory and never changes.

import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

// The packages are installed outside of the source tree.
const require = createRequire(`${process.env.SERVER_MODULES}/`);
const { Server } = require("socket.io");
const jwt = require("jsonwebtoken");

const { JWT_SECRET, ROSTER, ADDRESS_FILE, STORE, DATABASE } = process.env;

const roster = JSON.parse(readFileSync(ROSTER, "utf8"));
const rooms = new Map(
  roster.rooms.map(({ id, members }) => [id, new Set(members.map((member) => roster.users[member].id))]),
);
const roomsOf = new Map(roster.users.map(({ id }) => [id, []]));
for (const [room, members] of rooms) members.forEach((member) => roomsOf.get(member).push(room));

/** Stores a message under the next number of its room, and answers that number. */
const append = STORE === "memory" ? inMemory() : inSqlite();

function inMemory() {
  const messages = new Map([...rooms.keys()].map((room) => [room, []]));
  return (message) => {
    const list = messages.get(message.chatRoomId);
    message.seq = list.length + 1;
    return list.push(message);
  };
}

function inSqlite() {
  const Database = require("better-sqlite3");
  const database = new Database(DATABASE);
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${STORE === "sqlite-full" ? "FULL" : "NORMAL"}`);
  database.exec(`
    CREATE TABLE rooms (id TEXT PRIMARY KEY, last_seq INTEGER NOT NULL, last_event_at TEXT NOT NULL);
    CREATE TABLE messages (id TEXT PRIMARY KEY, room_id TEXT NOT NULL REFERENCES rooms, seq INTEGER NOT NULL,
      sender_id TEXT NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL, created_at TEXT NOT NULL,
      UNIQUE (room_id, seq));`);
  const open = database.prepare("INSERT INTO rooms VALUES (?, 0, '')");
  database.transaction(() => [...rooms.keys()].forEach((room) => open.run(room)))();
  const next = database
    .prepare("UPDATE rooms SET last_seq = last_seq + 1, last_event_at = ? WHERE id = ? RETURNING last_seq")
    .pluck();
  const insert = database.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)");
  return database.transaction((message) => {
    const { id, chatRoomId, senderId, type, content, createdAt } = message;
    const seq = next.get(createdAt, chatRoomId);
    insert.run(id, chatRoomId, seq, senderId, type, content, createdAt);
    return seq;
  });
}

const http = createServer();
const io = new Server(http);

io.use((socket, next) => {
  try {
    const { sub } = jwt.verify(socket.handshake.auth.token, JWT_SECRET, { algorithms: ["HS256"] });
    socket.data.user = sub;
    next();
  } catch {
    next(new Error("Not authorized"));
  }
});

io.on("connection", (socket) => {
  const { user } = socket.data;
  roomsOf.get(user).forEach((room) => socket.join(room));
  socket.on("ClientToServerMessage", ({ chatRoomId, type, content }, answer) => {
    if (!rooms.get(chatRoomId)?.has(user)) return answer({ statusCode: 403, code: "NOT_A_MEMBER" });
    const isText = type === "TEXT" && typeof content === "string" && content.length >= 1 && content.length <= 5000;
    if (!isText) return answer({ statusCode: 400, code: "VALIDATION_FAILED" });
    const at = new Date().toISOString();
    const message = {
      id: randomUUID(),
      createdAt: at,
      updatedAt: at,
      chatRoomId,
      senderId: user,
      type,
      content,
      isDeleted: false,
    };
    message.seq = append(message);
    socket.to(chatRoomId).emit("ServerToClientMessage", message);
    return answer(message);
  });
});

http.listen({ host: "127.0.0.1", port: 0, backlog: 2048 }, () => {
  writeFileSync(`${ADDRESS_FILE}.tmp`, `127.0.0.1:${http.address().port}\n`);
  renameSync(`${ADDRESS_FILE}.tmp`, ADDRESS_FILE);
});
process.on("SIGTERM", () => process.exit(0));
