//! Which trips a dreamer has, and how they end.

use chrono::TimeDelta;
use kernel::{Timestamp, TripDate};

use super::calendar::WorldDay;
use super::chance::Chance;

/// How far a trip has come by the day of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// PENDING: takes quotes.
    Open,
    /// CONFIRMED: paid for, and about to begin or just over.
    Agreed,
    /// COMPLETED not long ago, and not reviewed yet.
    Over,
    /// OVERDUE: nobody was chosen in time.
    Missed,
    /// COMPLETED long ago, and reviewed.
    Reviewed,
}

/// The outline of a trip.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    pub ending: Ending,
    /// When the plan is posted.
    pub posted: Timestamp,
    pub trip_date: TripDate,
}

/// Trips of one dreamer that lie behind them.
const PAST_TRIPS: i64 = 20;
/// Days from one past trip to the next.
const BETWEEN_PAST_TRIPS: i64 = 18;

/// All trips of the `number`th dreamer, in the order in which they are paid for: 20 past ones and 5 of
/// these days. Over all dreamers, half of the latter are open, a fifth agreed, a fifth missed, and a
/// tenth over.
pub fn of_dreamer(number: u32, day: WorldDay, chance: &mut Chance) -> Vec<Plot> {
    let fifth = if number % 2 == 1 { Ending::Over } else { Ending::Open };
    let past = (0..PAST_TRIPS).map(|_| Ending::Reviewed);
    let present = [Ending::Missed, fifth, Ending::Agreed, Ending::Open, Ending::Open];
    past.chain(present).zip(0..).map(|(ending, position)| outline(ending, position, day, chance)).collect()
}

fn outline(ending: Ending, position: i64, day: WorldDay, chance: &mut Chance) -> Plot {
    let days = match ending {
        Ending::Open => chance.between(-12..=-4),
        Ending::Agreed => chance.between(-20..=-15),
        Ending::Over | Ending::Missed => chance.between(-40..=-35),
        Ending::Reviewed => BETWEEN_PAST_TRIPS * position - 400 + chance.between(0..=8),
    };
    let trip_date = day.day(match ending {
        Ending::Open => chance.between(7..=80),
        // Some can be completed at once.
        Ending::Agreed => chance.between(-4..=20),
        Ending::Over => chance.between(-12..=-6),
        Ending::Missed => chance.between(-20..=-3),
        Ending::Reviewed => days + chance.between(8..=20),
    });
    // From nine in the morning to eight in the evening.
    let posted = day.moment(days, 0) + TimeDelta::milliseconds(chance.between(9 * HOUR..=20 * HOUR));
    Plot { ending, posted, trip_date }
}

/// In milliseconds.
const HOUR: i64 = 3_600_000;
