//! `/socket.io/`: the rules of Engine.IO v4 and Socket.IO v5, one after the other, and the chat over
//! them. What the official client makes of it is in `tests/clients/socket-io`.

mod chat;
mod ends;
mod handshake;
mod packets;
mod polling;
mod upgrade;
mod websocket;
mod wire;
