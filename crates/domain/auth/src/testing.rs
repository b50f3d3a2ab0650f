//! Sessions, tokens and passwords for tests, and the contracts of the ports as suites that run on every
//! adapter.
//!
//! In an adapter's tests: `auth::session_contract!(async { SessionStores { store, directory } });`, and
//! likewise for the other ports.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "for tests only")]

mod passwords;
mod rate_limits;
mod sessions;
mod tokens;

use std::sync::LazyLock;

use chrono::TimeDelta;
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, IdGenerator, Timestamp, UserId};

use crate::{NewRefreshToken, RefreshToken, Session};

pub use passwords::*;
pub use rate_limits::*;
pub use sessions::*;
pub use tokens::*;

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures were made: where [`FakeClock`] stands at first.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// A session of this user, opened [`now`].
pub fn a_session(user: UserId) -> Session {
    Session::open(ids().next(), user, now())
}

/// A refresh token that is like no other fixture's, though far from random.
pub fn a_refresh_token() -> RefreshToken {
    let mut bytes = [7; 32];
    bytes[..16].copy_from_slice(ids().next_uuid().as_bytes());
    bytes.into()
}

/// What a store keeps of [`a_refresh_token`] that is handed out at `at` and holds for 7 days.
pub fn a_new_refresh_token(at: Timestamp) -> NewRefreshToken {
    NewRefreshToken { hash: a_refresh_token().hash(), issued_at: at, expires_at: at + TimeDelta::days(7) }
}
