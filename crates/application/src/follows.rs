//! `POST /follow`, `DELETE /follow`: dreamers follow makers.

use follow::{Follow, HasFollows};
use kernel::{Event, HasOutbox, UserId};
use user::{HasUsers, MakerNotFound};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What following needs.
    pub trait FollowMakerTx: HasFollows, HasUsers, HasOutbox;
}

/// Lets a dreamer follow a maker, or cease to; the maker's statistics follow.
pub struct FollowMaker {
    pub store: Store<dyn FollowMakerTx>,
    pub environment: Environment,
}

impl FollowMaker {
    /// Refuses who is no maker, or is followed already.
    pub async fn follow(&self, dreamer: UserId, maker: UserId) -> Result<(), Error> {
        let id = self.environment.next_id();
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            tx.users().find_maker(maker).await?.ok_or(MakerNotFound)?;
            tx.follows().add(&Follow::begin(id, dreamer, maker, at)).await?.accepted()?;
            let event = Event::FollowChanged { dreamer, maker };
            Ok(tx.outbox().push(&self.environment.event(event, at)).await?)
        })
    }

    /// Refuses who is not followed.
    pub async fn unfollow(&self, dreamer: UserId, maker: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            tx.follows().remove(dreamer, maker).await?.accepted()?;
            let event = Event::FollowChanged { dreamer, maker };
            Ok(tx.outbox().push(&self.environment.event(event, at)).await?)
        })
    }
}
