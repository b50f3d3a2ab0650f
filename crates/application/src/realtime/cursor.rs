//! The order of one room, as one connection is told of it.

use std::collections::BTreeMap;
use std::time::Duration;

use chat::Message;
use kernel::UserId;
use tokio::time::Instant;

use crate::bus::Origin;

/// What a client knows of a room besides its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) is_active: bool,
    /// How far the user has read.
    pub(super) read_seq: i64,
    /// How far the other member has read.
    pub(super) peer_read_seq: i64,
}

/// How far a connection has been told of a room, and what it has heard beyond that.
///
/// Two messages that are stored at the same time may be heard of in the wrong order. So one whose turn
/// has not come waits a little for those before it; only then these are read from the store, which knows
/// what was said but not by which way it came in.
#[derive(Debug)]
pub(super) struct Cursor {
    /// The other member.
    pub(super) peer: UserId,
    pub(super) shown: Shown,
    /// The last message that was delivered, or was there when the connection came.
    seq: i64,
    /// What was heard beyond that, by number.
    early: BTreeMap<i64, (Message, Origin)>,
    /// How long those before the first early one are waited for.
    wait_until: Option<Instant>,
}

impl Cursor {
    /// How long a message may be heard of after one that was stored later.
    pub(super) const PATIENCE: Duration = Duration::from_millis(100);
    /// How many messages may wait for one that is missing; after that it's not late, but lost.
    const MOST_EARLY: usize = 64;

    /// A room that was told up to `seq`.
    pub(super) const fn at(seq: i64, peer: UserId, shown: Shown) -> Self {
        Self { peer, shown, seq, early: BTreeMap::new(), wait_until: None }
    }

    /// The last message that was delivered, or was there when the connection came.
    pub(super) const fn seq(&self) -> i64 {
        self.seq
    }

    /// Notes a message that was heard of. One that was delivered is dropped.
    pub(super) fn hear(&mut self, message: Message, origin: Origin, now: Instant) {
        if message.seq() > self.seq {
            self.early.insert(message.seq(), (message, origin));
            self.wait(now);
        }
    }

    /// Drops a message that was heard of: it's not what it was any more.
    pub(super) fn forget(&mut self, seq: i64) {
        self.early.remove(&seq);
    }

    /// The message whose turn it is, if it was heard of.
    pub(super) fn in_turn(&self) -> Option<(&Message, Origin)> {
        self.early.get(&(self.seq + 1)).map(|(message, origin)| (message, *origin))
    }

    /// Whether all up to `seq` were delivered or heard of.
    pub(super) fn knows_up_to(&self, seq: i64) -> bool {
        let missing = (self.seq + 1..=seq).find(|seq| !self.early.contains_key(seq));
        missing.is_none()
    }

    /// The way in of a message whose turn has not come, if it was heard of.
    pub(super) fn origin_of(&self, seq: i64) -> Option<Origin> {
        self.early.get(&seq).map(|(_, origin)| *origin)
    }

    /// When to stop waiting for what is missing, if something is.
    pub(super) fn waits_until(&self) -> Option<Instant> {
        self.wait_until
    }

    /// Everything up to `seq` was delivered, or isn't there.
    pub(super) fn told(&mut self, seq: i64, now: Instant) {
        self.seq = self.seq.max(seq);
        self.early = self.early.split_off(&(self.seq + 1));
        self.wait_until = None;
        self.wait(now);
    }

    /// Goes back: the client has seen no more than this.
    pub(super) fn go_back(&mut self, seq: i64) {
        self.seq = seq;
    }

    fn wait(&mut self, now: Instant) {
        self.wait_until = if self.early.is_empty() || self.in_turn().is_some() {
            None
        } else if self.early.len() > Self::MOST_EARLY {
            Some(now)
        } else {
            self.wait_until.or(Some(now + Self::PATIENCE))
        };
    }
}

#[cfg(test)]
mod tests {
    use chat::{MessageContent, MessageParts};
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn message(seq: i64) -> Message {
        let id = Uuid::from_u128(7);
        Message::restore(MessageParts {
            id: id.into(),
            room: id.into(),
            sender: id.into(),
            seq,
            content: MessageContent::Text("hi".try_into().unwrap()),
            deleted_at: None,
            client_message_id: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        })
    }

    fn cursor() -> Cursor {
        let shown = Shown { is_active: true, read_seq: 0, peer_read_seq: 0 };
        Cursor::at(4, Uuid::from_u128(1).into(), shown)
    }

    /// Delivers what is in turn and answers the numbers.
    fn delivered(cursor: &mut Cursor, now: Instant) -> Vec<i64> {
        let mut seqs = Vec::new();
        while let Some(seq) = cursor.in_turn().map(|(message, _)| message.seq()) {
            seqs.push(seq);
            cursor.told(seq, now);
        }
        seqs
    }

    #[test]
    fn messages_in_the_wrong_order_are_told_in_the_right_one_with_their_ways_in() {
        let (mut cursor, now) = (cursor(), Instant::now());
        let origin = Origin::Connection(Uuid::from_u128(5));
        cursor.hear(message(6), Origin::Http, now);
        assert_eq!(
            (delivered(&mut cursor, now), cursor.waits_until()),
            (vec![], Some(now + Cursor::PATIENCE))
        );
        cursor.hear(message(5), origin, now);
        assert_eq!(cursor.in_turn(), Some((&message(5), origin)));
        assert_eq!((delivered(&mut cursor, now), cursor.waits_until()), (vec![5, 6], None));
        cursor.hear(message(6), Origin::Http, now);
        assert_eq!(cursor.in_turn(), None, "once is enough");
    }

    #[test]
    fn each_gap_is_waited_for_anew_but_not_longer_because_more_is_heard() {
        let (mut cursor, start) = (cursor(), Instant::now());
        let later = start + Duration::from_millis(60);
        cursor.hear(message(6), Origin::Http, start);
        cursor.hear(message(8), Origin::Http, later);
        assert_eq!(cursor.waits_until(), Some(start + Cursor::PATIENCE));
        cursor.hear(message(5), Origin::Http, later);
        assert_eq!(delivered(&mut cursor, later), [5, 6]);
        assert_eq!(cursor.waits_until(), Some(later + Cursor::PATIENCE));
    }

    #[test]
    fn what_the_store_answers_keeps_the_way_in_that_was_heard_of() {
        let (mut cursor, now) = (cursor(), Instant::now());
        cursor.hear(message(6), Origin::Http, now);
        cursor.hear(message(9), Origin::Http, now);
        assert!(!cursor.knows_up_to(6) && cursor.knows_up_to(4));
        assert_eq!((cursor.origin_of(5), cursor.origin_of(6)), (None, Some(Origin::Http)));
        cursor.told(7, now);
        assert_eq!((cursor.seq(), cursor.origin_of(6), cursor.origin_of(9)), (7, None, Some(Origin::Http)));
        cursor.hear(message(8), Origin::Http, now);
        assert!(cursor.knows_up_to(9));
    }

    #[test]
    fn when_a_lot_is_heard_beyond_it_a_message_counts_as_lost() {
        let (mut cursor, now) = (cursor(), Instant::now());
        (6..).take(64).for_each(|seq| cursor.hear(message(seq), Origin::Http, now));
        assert_eq!(cursor.waits_until(), Some(now + Cursor::PATIENCE));
        cursor.hear(message(70), Origin::Http, now);
        assert_eq!(cursor.waits_until(), Some(now));
    }
}
