//! Events and jobs for tests, and the contracts of the ports as suites that run on every adapter:
//! `application::outbox_feed_contract!(fresh_stores());` and
//! `application::job_queue_contract!(fresh_queue());`, with tokio at hand.

#![expect(clippy::unwrap_used, reason = "for tests only")]

mod feed;
mod queue;

use std::sync::LazyLock;

use chrono::TimeDelta;
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, Envelope, Event, IdGenerator, Timestamp, UserId};

pub use feed::*;
pub use queue::*;

use super::job::{Job, JobKind};

/// For how long the cases hold what they take.
const LEASE: TimeDelta = TimeDelta::seconds(4);
/// The shortest time that every store can tell from none.
const MOMENT: TimeDelta = TimeDelta::milliseconds(1);

/// Ids that no other fixture of this module has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures happened.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// Another thing that happened to `maker`, the aggregate.
pub fn an_event_of(maker: UserId) -> Envelope {
    let event = Event::ReviewWritten { review: ids().next(), maker };
    Envelope { id: ids().next(), occurred_at: now(), event }
}

/// Something that happened to nobody else.
pub fn an_event() -> Envelope {
    an_event_of(ids().next())
}

/// A job that no other fixture is.
pub fn a_job() -> Job {
    Job { kind: JobKind::CountStats, envelope: an_event() }
}
