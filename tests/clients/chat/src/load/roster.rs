//! The people who take part in a load test.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};

/// The people, and the rooms in which two of them talk. As a file it's JSON, which other servers of a
/// comparison can read as well.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    pub users: Vec<User>,
    pub rooms: Vec<Room>,
}

/// Somebody with a live session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    pub token: String,
}

/// An active room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub id: String,
    /// Positions among the users.
    pub members: [usize; 2],
}

/// One member's place in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat<'a> {
    pub room: &'a str,
    pub token: &'a str,
    /// Whether it's the second member's.
    pub is_second: bool,
}

impl Roster {
    /// Reads the file.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
        let roster: Self = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} was not written by `load prepare`", file.display()))?;
        ensure!(!roster.users.is_empty(), "nobody is in {}", file.display());
        Ok(roster)
    }

    /// Writes the file.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        fs::write(file, serde_json::to_vec(self)?)
            .with_context(|| format!("{} can't be written", file.display()))
    }

    /// The first `count` seats; those at 2n and 2n + 1 share a room. Everybody has a connection of their
    /// own, so that each message goes to exactly one.
    pub fn seats(&self, count: u32) -> anyhow::Result<Vec<Seat<'_>>> {
        let count = usize::try_from(count)?;
        ensure!(count.is_multiple_of(2), "rooms have two members: an even number of connections is needed");
        if self.rooms.len() * 2 < count {
            bail!("{count} connections need {} rooms, and the roster has {}", count / 2, self.rooms.len());
        }
        let mut seats = Vec::with_capacity(count);
        for room in self.rooms.iter().take(count / 2) {
            for (member, is_second) in room.members.into_iter().zip([false, true]) {
                let user = self.users.get(member).context("a room of the roster has an unknown member")?;
                seats.push(Seat { room: &room.id, token: &user.token, is_second });
            }
        }
        Ok(seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_rooms() -> Roster {
        let user = |name: &str| User { id: name.to_owned(), token: name.to_uppercase() };
        let room = |id: &str, members| Room { id: id.to_owned(), members };
        Roster {
            users: ["a", "b", "c", "d"].map(user).into(),
            rooms: vec![room("x", [0, 3]), room("y", [1, 2])],
        }
    }

    #[test]
    fn seats_come_in_pairs_that_share_a_room() {
        let roster = two_rooms();
        let seats = roster.seats(4).unwrap();
        let told: Vec<_> = seats.iter().map(|seat| (seat.room, seat.token, seat.is_second)).collect();
        assert_eq!(told, [("x", "A", false), ("x", "D", true), ("y", "B", false), ("y", "C", true)]);
        assert_eq!(roster.seats(2).unwrap().len(), 2);
    }

    #[test]
    fn what_can_not_be_seated_is_refused() {
        let mut roster = two_rooms();
        assert!(roster.seats(3).is_err());
        assert!(roster.seats(6).is_err());
        roster.users.truncate(2);
        assert!(roster.seats(2).is_err());
    }
}
