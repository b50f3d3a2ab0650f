//! What the demo world holds, and how to get into it.

use std::fmt;

use kernel::enums::Named;
use kernel::{PlanStatus, Role};

use super::PASSWORD;
use super::calendar::WorldDay;
use super::life::Life;
use super::people::email;
use super::trip::Trip;
use super::world::World;

/// What the world holds, and what of it was not there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub day: WorldDay,
    pub scale: u32,
    pub dreamers: u32,
    pub makers: u32,
    pub plans: Plans,
    pub quotes: usize,
    pub reviews: usize,
    pub rooms: usize,
    pub messages: usize,
    pub notifications: usize,
    pub payments: usize,
    pub follows: usize,
    /// How many things were written that had not been there.
    pub added: u64,
}

/// Plans by status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plans([usize; PlanStatus::ALL.len()]);

impl Plans {
    fn count(&mut self, status: PlanStatus) {
        let counted = PlanStatus::ALL.iter().zip(&mut self.0).find(|(listed, _)| **listed == status);
        if let Some((_, count)) = counted {
            *count += 1;
        }
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// How many there are of each status.
    pub fn by_status(&self) -> impl Iterator<Item = (PlanStatus, usize)> {
        PlanStatus::ALL.iter().copied().zip(self.0)
    }
}

impl Report {
    /// A world without trips.
    pub fn new(day: WorldDay, scale: u32) -> Self {
        Self {
            day,
            scale,
            dreamers: World::count_of_dreamers(scale),
            makers: World::count_of_makers(scale),
            plans: Plans::default(),
            quotes: 0,
            reviews: 0,
            rooms: 0,
            messages: 0,
            notifications: 0,
            payments: 0,
            follows: 0,
            added: 0,
        }
    }

    /// Counts what a dreamer has done.
    pub fn count(&mut self, life: &Life) {
        self.follows += life.follows.len();
        life.trips.iter().for_each(|trip| self.count_trip(trip));
    }

    fn count_trip(&mut self, trip: &Trip) {
        self.plans.count(trip.plan.status());
        self.quotes += trip.quotes.len();
        self.reviews += usize::from(trip.review.is_some());
        self.rooms += usize::from(trip.talk.is_some());
        self.messages += trip.talk.as_ref().map_or(0, |talk| talk.messages.len());
        self.notifications += trip.notifications.len();
        self.payments += usize::from(trip.purchase.is_some());
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scale, dreamers, makers, quotes, reviews, rooms, messages, .. } = self;
        let Self { notifications, payments, follows, .. } = self;
        writeln!(f, "The demo world of {} at scale {scale}:", self.day.day(0))?;
        writeln!(f, "  {makers} makers in all areas and {dreamers} dreamers, with {follows} follows")?;
        write!(f, "  {} plans:", self.plans.total())?;
        for (status, count) in self.plans.by_status() {
            write!(f, " {count} {status}")?;
        }
        writeln!(f)?;
        writeln!(f, "  {quotes} quotes, {reviews} reviews, {payments} payments")?;
        writeln!(f, "  {rooms} rooms with {messages} messages, {notifications} notifications")?;
        match self.added {
            0 => writeln!(f, "All of it was there already; nothing was added.")?,
            added => writeln!(f, "{added} things were added.")?,
        }
        writeln!(f)?;
        writeln!(f, "Log in with the password {PASSWORD} as")?;
        writeln!(f, "  {} to {}", email(Role::Dreamer, 1), email(Role::Dreamer, *dreamers))?;
        write!(f, "  {} to {}", email(Role::Maker, 1), email(Role::Maker, *makers))
    }
}
