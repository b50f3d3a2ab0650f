//! The room of a confirmed plan.

use kernel::{Coconuts, Code, ErrorCode, PlanId, RoomId, Timestamp, TripDate, UserId};

/// What is true of a room from its opening on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomFacts {
    /// The room.
    pub id: RoomId,
    /// The plan that was confirmed; it has no other room.
    pub plan: PlanId,
    /// The plan's dreamer, one of the two members.
    pub dreamer: UserId,
    /// The maker of the confirmed quote, the other one.
    pub maker: UserId,
    /// The plan's title. Kept here, since a room outlives its plan.
    pub plan_title: String,
    /// The day of the trip.
    pub trip_date: TripDate,
    /// The price of the confirmed quote.
    pub price: Coconuts,
}

/// What changes about a room, for stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomProgress {
    /// Whether messages can be written. It never becomes true again.
    pub is_active: bool,
    /// The highest number that was given to a message, 0 before the first.
    pub last_seq: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was opened or deactivated, whichever was later; messages don't count.
    pub updated_at: Timestamp,
}

/// A place where the two members of a confirmed plan talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    facts: RoomFacts,
    progress: RoomProgress,
}

impl Room {
    /// A new, empty room.
    pub const fn open(facts: RoomFacts, at: Timestamp) -> Self {
        Self {
            facts,
            progress: RoomProgress { is_active: true, last_seq: 0, created_at: at, updated_at: at },
        }
    }

    /// A room as it was stored.
    pub const fn restore(facts: RoomFacts, progress: RoomProgress) -> Self {
        Self { facts, progress }
    }

    /// What never changes.
    pub const fn facts(&self) -> &RoomFacts {
        &self.facts
    }

    /// What does.
    pub const fn progress(&self) -> &RoomProgress {
        &self.progress
    }

    /// The room's id.
    pub const fn id(&self) -> RoomId {
        self.facts.id
    }

    /// Whether messages can be written.
    pub const fn is_active(&self) -> bool {
        self.progress.is_active
    }

    /// The number of its newest message, 0 before the first.
    pub const fn last_seq(&self) -> i64 {
        self.progress.last_seq
    }

    /// The dreamer, then the maker.
    pub const fn members(&self) -> [UserId; 2] {
        [self.facts.dreamer, self.facts.maker]
    }

    /// The other member; `None` for somebody who is no member.
    pub fn peer_of(&self, user: UserId) -> Option<UserId> {
        match user {
            user if user == self.facts.dreamer => Some(self.facts.maker),
            user if user == self.facts.maker => Some(self.facts.dreamer),
            _ => None,
        }
    }

    /// Refuses anyone but the two members, for reading.
    pub fn check_member(&self, user: UserId) -> Result<(), RoomRefusal> {
        self.peer_of(user).map(|_| ()).ok_or(RoomRefusal::Forbidden)
    }

    /// Refuses anyone but the two members, and them too once the trip is over.
    pub fn check_writable(&self, user: UserId) -> Result<(), RoomRefusal> {
        self.check_member(user)?;
        if self.is_active() { Ok(()) } else { Err(RoomRefusal::Inactive) }
    }

    /// Ends writing. Doing so again changes nothing, not even the time.
    pub const fn deactivate(&mut self, at: Timestamp) {
        if self.progress.is_active {
            self.progress.is_active = false;
            self.progress.updated_at = at;
        }
    }
}

/// Why something about a room was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomRefusal {
    /// There is none.
    #[error("there is no such room")]
    NotFound,
    /// It's other people's.
    #[error("only the members of the room may do this")]
    Forbidden,
    /// The trip is over.
    #[error("the room is closed")]
    Inactive,
}

impl ErrorCode for RoomRefusal {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::not_found("ROOM_NOT_FOUND"),
            Self::Forbidden => Code::forbidden("ROOM_FORBIDDEN"),
            Self::Inactive => Code::invalid("ROOM_INACTIVE"),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::testing::{a_room, ids, now};

    #[test]
    fn its_two_members_are_each_others_peers_and_nobody_else_is_in() {
        let room = a_room();
        let [dreamer, maker] = room.members();
        assert_eq!((room.peer_of(dreamer), room.peer_of(maker)), (Some(maker), Some(dreamer)));
        let stranger = ids().next();
        assert_eq!(room.peer_of(stranger), None);
        assert_eq!(room.check_member(stranger), Err(RoomRefusal::Forbidden));
        assert_eq!(room.check_writable(stranger), Err(RoomRefusal::Forbidden));
    }

    #[test]
    fn a_closed_room_can_be_read_but_not_written_by_its_members() {
        let mut room = a_room();
        let [dreamer, maker] = room.members();
        for member in [dreamer, maker] {
            assert_eq!(room.check_writable(member), Ok(()));
        }
        room.deactivate(now());
        for member in [dreamer, maker] {
            assert_eq!(room.check_member(member), Ok(()));
            assert_eq!(room.check_writable(member), Err(RoomRefusal::Inactive));
        }
        assert_eq!(room.check_writable(ids().next()), Err(RoomRefusal::Forbidden));
    }

    #[test]
    fn closing_a_room_again_keeps_the_time_of_the_first() {
        let mut room = a_room();
        let closed_at = now() + TimeDelta::days(1);
        room.deactivate(closed_at);
        room.deactivate(closed_at + TimeDelta::days(1));
        assert_eq!(room.progress().updated_at, closed_at);
        assert_eq!(room.progress().created_at, now());
    }
}
