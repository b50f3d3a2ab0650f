//! How a command uses its transaction: a bundle trait names the repositories it needs, [`atomically!`]
//! begins, finishes and, where two transactions collided, tries again.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use kernel::Begin;

use crate::error::Error;

/// Where a command gets its transactions from.
pub type Store<Tx> = Arc<dyn Begin<Tx>>;

/// Runs the body in a transaction of its own: commits on `Ok`, rolls back on `Err`, and answers what the
/// body answered. It may run more than once (when transactions collide), but only the run that commits
/// has an effect, so the body does nothing but use `tx` and the clock.
///
/// A macro and not a function, because an async closure that borrows both `tx` and its surroundings
/// can't be shown to be `Send` yet.
macro_rules! atomically {
    ($store:expr, |$tx:ident| $body:block) => {{
        let mut collisions = $crate::unit_of_work::Collisions::default();
        loop {
            let mut transaction = $store.begin().await?;
            let outcome: Result<_, $crate::Error> = async {
                let $tx = &mut *transaction;
                $body
            }
            .await;
            match kernel::finish(transaction, outcome).await {
                Err(error) if collisions.may_try_again_after(&error).await => {}
                outcome => break outcome,
            }
        }
    }};
}
pub(crate) use atomically;

/// How often a unit of work has collided with others.
#[derive(Default)]
pub(crate) struct Collisions(u32);

impl Collisions {
    /// How often a unit of work is tried before the caller hears of the collision.
    const ATTEMPTS: u32 = 5;

    /// Whether `error` is a collision and there are tries left; waits a moment if so.
    pub(crate) async fn may_try_again_after(&mut self, error: &Error) -> bool {
        self.0 += 1;
        if !error.is_contended() || self.0 >= Self::ATTEMPTS {
            return false;
        }
        tracing::debug!(collisions = self.0, %error, "a unit of work collided and is tried again");
        tokio::time::sleep(self.pause()).await;
        true
    }

    /// 0 to 5 × 2^collisions ms, by chance, so that those who collided don't meet again.
    fn pause(&self) -> Duration {
        // A fresh `RandomState` is seeded by the system: chance enough for a pause.
        let per_mille = RandomState::new().hash_one(self.0) % 1000;
        Duration::from_micros((5 << self.0) * per_mille)
    }
}
