//! A room, where its log has got to, and how far its members have read.

use chat::{Room, RoomFacts, RoomPosition, RoomProgress};
use kernel::{StoreError, UserId};
use mongodb::bson::{DateTime, Uuid, oid::ObjectId};
use serde::{Deserialize, Serialize};

use super::{at, id, impossible, millis, stored};

/// Where a room's log has got to. Each entry carries the one that it makes, so that the last entry alone
/// says all there is to know; the room has a copy for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    /// How many messages there are. As none is ever taken out, it's also the number of the last one.
    pub messages: i64,
    /// Who wrote the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Uuid>,
    /// How many of them are that sender's, from which follows how many are the other member's.
    pub own: i64,
    /// When the last one was written; before the first, when the room was opened.
    pub news_at: DateTime,
    /// When the room was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime>,
}

impl Head {
    /// Where the log begins.
    pub(crate) const fn opened(at: DateTime) -> Self {
        Self { messages: 0, sender: None, own: 0, news_at: at, closed_at: None }
    }

    /// After one more message.
    pub(crate) fn with_message(self, sender: Uuid, at: DateTime) -> Self {
        let own = self.own_of(sender) + 1;
        Self { messages: self.messages + 1, sender: Some(sender), own, news_at: at, closed_at: None }
    }

    /// After the end.
    pub(crate) const fn closed(self, at: DateTime) -> Self {
        Self { closed_at: Some(at), ..self }
    }

    /// The place of the next entry in the log.
    pub(crate) const fn next(&self) -> i64 {
        self.messages + 1
    }

    /// Whether this comes later in the log than `other`.
    pub(crate) fn is_after(&self, other: &Self) -> bool {
        (self.messages, self.closed_at.is_some()) > (other.messages, other.closed_at.is_some())
    }

    /// How many messages are `user`'s.
    fn own_of(&self, user: Uuid) -> i64 {
        if self.sender == Some(user) { self.own } else { self.messages - self.own }
    }

    /// How many messages are not `user`'s.
    pub(crate) fn peers_of(&self, user: Uuid) -> i64 {
        self.messages - self.own_of(user)
    }
}

/// A room. All but `head` never changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoomDocument {
    #[serde(rename = "_id")]
    pub id: Uuid,
    pub plan: Uuid,
    /// The dreamer, then the maker.
    pub members: [Uuid; 2],
    pub plan_title: String,
    /// As `2031-05-06`.
    pub trip_date: String,
    pub price: i64,
    pub created_at: DateTime,
    /// A copy of the last entry's, which may be behind: see `log`.
    pub head: Head,
}

impl RoomDocument {
    /// A room without messages.
    pub(crate) fn new(room: &Room) -> Self {
        let (facts, created_at) = (room.facts(), millis(room.progress().created_at));
        Self {
            id: stored(facts.id.to_uuid()),
            plan: stored(facts.plan.to_uuid()),
            members: [facts.dreamer, facts.maker].map(|member| stored(member.to_uuid())),
            plan_title: facts.plan_title.clone(),
            trip_date: facts.trip_date.day().to_string(),
            price: facts.price.get(),
            created_at,
            head: Head::opened(created_at),
        }
    }

    /// The room as its head says it is.
    pub(crate) fn room(self) -> Result<Room, StoreError> {
        let [dreamer, maker] = self.members;
        let trip_date = self.trip_date.parse::<chrono::NaiveDate>();
        let facts = RoomFacts {
            id: id(self.id),
            plan: id(self.plan),
            dreamer: id(dreamer),
            maker: id(maker),
            plan_title: self.plan_title,
            trip_date: trip_date.map_err(|_| impossible("tripDate", self.id))?.into(),
            price: self.price.try_into().map_err(|_| impossible("price", self.id))?,
        };
        let progress = RoomProgress {
            is_active: self.head.closed_at.is_none(),
            last_seq: self.head.messages,
            created_at: at(self.created_at),
            updated_at: at(self.head.closed_at.unwrap_or(self.created_at)),
        };
        Ok(Room::restore(facts, progress))
    }

    /// The room as `user` has read it, by the marks of both members.
    pub(crate) fn position(self, user: UserId, marks: &[MarkDocument]) -> Result<RoomPosition, StoreError> {
        let user = stored(user.to_uuid());
        let highest = |is_of: &dyn Fn(&MarkDocument) -> bool| {
            let of_room = marks.iter().filter(|mark| mark.room == self.id && is_of(mark));
            of_room.max_by_key(|mark| mark.seq)
        };
        let own = highest(&|mark| mark.user == user);
        let peer_read_seq = highest(&|mark| mark.user != user).map_or(0, |mark| mark.seq);
        let (read_seq, read_of_peer) = own.map_or((0, 0), |mark| (mark.seq, mark.peers));
        let unread = self.head.peers_of(user) - read_of_peer;
        Ok(RoomPosition { room: self.room()?, read_seq, peer_read_seq, unread })
    }
}

/// That a member has read a room up to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MarkDocument {
    #[serde(rename = "_id")]
    pub id: ObjectId,
    pub room: Uuid,
    pub user: Uuid,
    pub seq: i64,
    /// How many of the messages up to there are the other member's.
    pub peers: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u8) -> Uuid {
        Uuid::from_bytes([number; 16])
    }

    #[test]
    fn a_head_counts_the_messages_of_both_members() {
        let (one, other, at) = (user(1), user(2), DateTime::from_millis(7));
        let mut head = Head::opened(DateTime::from_millis(0));
        assert_eq!((head.peers_of(one), head.peers_of(other)), (0, 0));
        for (sender, of_one, of_other) in [(other, 0, 1), (one, 1, 1), (other, 1, 2), (other, 1, 3)] {
            head = head.with_message(sender, at);
            assert_eq!((head.peers_of(other), head.peers_of(one)), (of_one, of_other));
        }
        let closed = head.closed(at);
        assert_eq!((closed.messages, closed.peers_of(one), closed.next()), (4, 3, 5));
    }

    #[test]
    fn heads_are_in_the_order_of_the_log() {
        let at = DateTime::from_millis(7);
        let opened = Head::opened(at);
        let order = [opened, opened.with_message(user(1), at), opened.with_message(user(1), at).closed(at)];
        for (place, head) in order.iter().enumerate() {
            for (other_place, other) in order.iter().enumerate() {
                assert_eq!(head.is_after(other), place > other_place);
            }
        }
    }
}
