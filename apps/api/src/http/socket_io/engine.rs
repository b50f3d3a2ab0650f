//! Engine.IO v4: a connection that is carried by HTTP polling, by a WebSocket, or by one after the other.
//!
//! A [`link::Link`] is the middle: the transports ([`polling`], [`websocket`]) are on one side of it, the
//! conversation is on the other. [`connections`] finds the link that a request belongs to.

pub mod connections;
pub mod end;
pub mod heartbeat;
pub mod link;
pub mod packet;
pub mod polling;
pub mod refusal;
pub mod sid;
pub mod websocket;

/// The most bytes of a frame, of a message of several frames, and of a polling body.
pub const MAX_PAYLOAD: usize = 64 * 1024;
