//! Somebody who has joined: what they hear of the chat, and what not.

use std::time::Duration;

use application::Error;
use application::bus::{ConnectionId, Origin};
use application::chat::MessageView;
use application::realtime::{ChatSession, CloseReason, Delivery};
use bytestring::ByteString;
use kernel::Timestamp;
use tokio::time::{Instant, sleep_until};

use super::engine::end::End;
use super::events::{self, Sending};

/// What is written to the client, if it can be.
pub type Packets = Vec<Result<ByteString, serde_json::Error>>;

/// Somebody who has joined.
pub struct Member {
    pub session: ChatSession,
    end: Option<End>,
}

impl Member {
    /// Somebody who has just joined.
    pub const fn new(session: ChatSession) -> Self {
        Self { session, end: None }
    }

    /// How long their token will hold.
    pub fn time_left(&self, now: Timestamp) -> Duration {
        (self.session.claims().expires_at - now).to_std().unwrap_or_default()
    }

    /// Why the connection has to be closed, if it has.
    pub fn end(&self) -> Option<End> {
        self.end.or_else(|| self.session.must_close().map(end_of))
    }

    /// What they are told next, not before a moment; waits until there is something. Safe to cancel.
    pub async fn next(&mut self, not_before: Instant) -> Result<Packets, Error> {
        sleep_until(not_before).await;
        let deliveries = self.session.next().await?;
        Ok(self.packets(deliveries))
    }

    /// Sends a message. Answers what they have to be told before, and the message as it is stored.
    pub async fn send(&mut self, sending: Sending) -> Result<(Packets, MessageView), Error> {
        let Sending { room, content, client_message_id } = sending;
        let (before, view) = self.session.send(room, content, client_message_id).await?;
        Ok((self.packets(before), view))
    }

    /// The web client knows messages only; the rest is for mobile clients.
    fn packets(&mut self, deliveries: Vec<Delivery>) -> Packets {
        let (me, connection) = (self.session.claims().user, self.session.id());
        let mut packets = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            match delivery {
                Delivery::Message { view, origin } => {
                    if !is_drawn(view.message.sender() == me, origin, connection) {
                        packets.push(events::message(view));
                    }
                }
                Delivery::Close(reason) => self.end = Some(end_of(reason)),
                Delivery::Deleted { .. }
                | Delivery::Read { .. }
                | Delivery::Typing { .. }
                | Delivery::Presence { .. }
                | Delivery::Room(_)
                | Delivery::Notification(_)
                | Delivery::Resync { .. } => {}
            }
        }
        packets
    }
}

/// Whether the client has drawn a message by itself already, so that telling it would show it twice.
///
/// Of a message that comes out of the store nobody knows which way it came in. One's own most likely came
/// in over HTTP, as files do: what this connection sends, it isn't told of anyway, and what others send
/// is known as long as its signal arrives at all.
fn is_drawn(is_own: bool, origin: Option<Origin>, connection: ConnectionId) -> bool {
    match origin {
        Some(Origin::Connection(sender)) => sender == connection,
        Some(Origin::Http) | None => is_own,
    }
}

fn end_of(reason: CloseReason) -> End {
    match reason {
        CloseReason::TooSlow => End::TooSlow,
        CloseReason::TooMany => End::TooMany,
        CloseReason::Unauthenticated => End::Unauthenticated,
        CloseReason::GoingDown => End::GoingDown,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_client_is_not_told_of_what_it_has_drawn() {
        let (this, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for (is_own, origin, is_told) in [
            (false, Some(Origin::Connection(other)), true),
            (false, Some(Origin::Http), true),
            (false, None, true),
            (true, Some(Origin::Connection(this)), false),
            (true, Some(Origin::Connection(other)), true),
            (true, Some(Origin::Http), false),
            (true, None, false),
        ] {
            assert_eq!(!is_drawn(is_own, origin, this), is_told, "{is_own} {origin:?}");
        }
    }
}
