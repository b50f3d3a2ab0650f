//! Somebody who has joined: what they hear of the chat, and what not.

use std::time::Duration;

use application::Error;
use application::bus::{ConnectionId, Origin};
use application::chat::MessageView;
use application::realtime::{ChatSession, CloseReason, Delivery};
use bytestring::ByteString;
use chat::ChatType;
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
                    let is_own = view.message.sender() == me;
                    let is_file = view.message.chat_type() != ChatType::Text;
                    if !is_drawn(is_own, is_file, origin, connection) {
                        packets.push(events::message(view));
                    }
                }
                Delivery::Close(reason) => self.end = Some(end_of(reason)),
                // The protocol of the web client has no word for it: it reads the history when it's back.
                Delivery::Resync { .. } => self.end = Some(End::TooSlow),
                Delivery::Deleted { .. }
                | Delivery::Read { .. }
                | Delivery::Typing { .. }
                | Delivery::Presence { .. }
                | Delivery::Room(_)
                | Delivery::Notification(_) => {}
            }
        }
        packets
    }
}

/// Whether the client has drawn a message by itself already, so that telling it would show it twice.
///
/// Of a message that comes out of the store nobody knows which way it came in. A file came in over HTTP,
/// by which the web client sends nothing else; one's own text came from another tab, since this
/// connection isn't told of what it has sent.
fn is_drawn(is_own: bool, is_file: bool, origin: Option<Origin>, connection: ConnectionId) -> bool {
    match origin {
        Some(Origin::Connection(sender)) => sender == connection,
        Some(Origin::Http) => is_own,
        None => is_own && is_file,
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
    use crate::http::tests::live::Live;

    #[test]
    fn a_client_is_not_told_of_what_it_has_drawn() {
        let (this, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for (is_own, is_file, origin, is_told) in [
            (false, false, Some(Origin::Connection(other)), true),
            (false, false, Some(Origin::Http), true),
            (false, true, Some(Origin::Http), true),
            (false, false, None, true),
            (false, true, None, true),
            (true, false, Some(Origin::Connection(this)), false),
            (true, false, Some(Origin::Connection(other)), true),
            (true, false, Some(Origin::Http), false),
            (true, true, Some(Origin::Http), false),
            (true, false, None, true),
            (true, true, None, false),
        ] {
            assert_eq!(!is_drawn(is_own, is_file, origin, this), is_told, "{is_own} {is_file} {origin:?}");
        }
    }

    #[tokio::test]
    async fn a_client_that_missed_too_much_is_closed_so_that_it_comes_back_and_reads_the_history() {
        let live = Live::new();
        let (session, _) = ChatSession::open(live.chats.clone(), live.claims()).await.unwrap();
        let mut member = Member::new(session);
        let resync = Delivery::Resync { room: Uuid::from_u128(5).into(), last_seq: 2000 };
        assert!(member.packets(vec![resync]).is_empty());
        assert_eq!(member.end(), Some(End::TooSlow));
    }
}
