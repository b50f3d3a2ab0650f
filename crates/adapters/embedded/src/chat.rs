//! Chat rooms and messages. A room counts its messages, and a message is stored in the transaction that
//! counts it, so that here no number is ever skipped.

mod messages;
mod rooms;
