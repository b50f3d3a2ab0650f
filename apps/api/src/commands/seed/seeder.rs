//! Writes the demo world, by the ports and nothing else, so that it can be written to every store.
//!
//! All ids follow from the day and the scale, and whatever is there already is left as it is: accounts
//! are written in one transaction, the trips of some dreamers in one, and rooms, messages and notifications
//! each by itself, by ports that take nothing twice. So a run that was interrupted is completed by the
//! next one, which goes on with the world of the day that it finds.

use std::sync::Arc;

use anyhow::bail;
use application::consumers::CountStats;
use auth::{Password, PasswordHasher};
use chat::{Append, MarkRead, MessageStore, NewMessage, OpenRoom, RoomStore};
use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use kernel::{Begin, Role, Timestamp, finish};
use notification::{AddNotification, Notification, NotificationStore};
use tokio::sync::Mutex;
use user::{Email, PasswordHash, UserDirectory};

use super::PASSWORD;
use super::calendar::WorldDay;
use super::life::Life;
use super::people::{Person, email};
use super::relational::{SeedTx, add_account, add_life};
use super::report::Report;
use super::talk::Talk;
use super::world::World;

/// The trips of so many dreamers, 250, are written in one transaction.
const DREAMERS_IN_ONE: usize = 10;
/// So many rooms, or notifications, are written at once, while the transactions go on: stores do several
/// things at a time, or wait for the disk once for all of them.
const AT_ONCE: usize = 64;
/// Dreamers whose trips are written have to wait when so many others wait for their rooms.
const TRANSACTIONS_AHEAD: usize = 4;

/// Where a demo world is written.
pub struct Stores {
    pub transactions: Arc<dyn Begin<dyn SeedTx>>,
    pub users: Arc<dyn UserDirectory>,
    pub rooms: Arc<dyn RoomStore>,
    pub messages: Arc<dyn MessageStore>,
    pub notifications: Arc<dyn NotificationStore>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub count_stats: CountStats,
}

/// Writes demo worlds.
pub struct Seeder {
    stores: Stores,
    /// Transactions come one after the other: two dreamers who pay the same makers in different orders
    /// would block each other.
    turn: Mutex<()>,
}

impl Seeder {
    /// Writes to these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores, turn: Mutex::default() }
    }

    /// Writes the world as of the day of `now`, or completes the one that is there, which must be of the
    /// same scale. `progress` hears of each dreamer that is done.
    pub async fn run(&self, scale: u32, now: Timestamp, progress: &dyn Fn()) -> anyhow::Result<Report> {
        let found = self.day_of_the_world(scale).await?;
        let world = World::new(found.unwrap_or_else(|| WorldDay::at(now)), scale);
        let mut report = Report::new(world.day, scale);
        if found.is_none() {
            report.added += self.open_accounts(&world).await?;
        }
        let dreamers: Vec<_> = world.dreamers().collect();
        let written = stream::iter(dreamers.chunks(DREAMERS_IN_ONE)).map(|some| self.add_lives(&world, some));
        let mut written = written.buffer_unordered(TRANSACTIONS_AHEAD);
        while let Some((lives, added)) = written.try_next().await? {
            for life in &lives {
                report.count(life);
                progress();
            }
            report.added += added;
        }
        let counted = self.stores.count_stats.rebuild_all(&|_| {}).await;
        counted.map_err(|error| anyhow::anyhow!("the makers' statistics: {error}"))?;
        Ok(report)
    }

    /// The day of the world that this store holds; `None` if it holds none.
    async fn day_of_the_world(&self, scale: u32) -> anyhow::Result<Option<WorldDay>> {
        let Some(first) = self.stores.users.find_by_email(&address(1)?).await? else { return Ok(None) };
        // The accounts were opened in one transaction, so their number tells the scale.
        let last = World::count_of_dreamers(scale);
        let is_smaller = self.stores.users.find_by_email(&address(last)?).await?.is_none();
        let is_larger = self.stores.users.find_by_email(&address(last + 1)?).await?.is_some();
        if is_smaller || is_larger {
            bail!("this store holds a demo world of another scale than {scale}; seed an empty one");
        }
        Ok(Some(WorldDay::of_world_founded(first.created_at())))
    }

    async fn open_accounts(&self, world: &World) -> anyhow::Result<u64> {
        // One hash for all of them, since making one takes long on purpose.
        let hash = self.stores.hasher.hash(Password::try_from(PASSWORD.to_owned())?).await?;
        let mut tx = self.stores.transactions.begin().await?;
        let outcome = add_accounts(&mut *tx, world, &hash).await;
        finish(tx, outcome).await
    }

    async fn add_lives(&self, world: &World, dreamers: &[Person]) -> anyhow::Result<(Vec<Life>, u64)> {
        let lives: Vec<_> =
            dreamers.iter().map(|dreamer| Life::of(world, dreamer)).collect::<anyhow::Result<_>>()?;
        let mut added = self.add_trips(&lives).await?;
        let trips = || lives.iter().flat_map(|life| &life.trips);
        let talks = stream::iter(trips().flat_map(|trip| &trip.talk)).map(|talk| self.add_talk(talk));
        added += sum(talks.buffer_unordered(AT_ONCE)).await?;
        let told = stream::iter(trips().flat_map(|trip| &trip.notifications));
        let told = told.map(|notification| self.add_notification(notification));
        added += sum(told.buffer_unordered(AT_ONCE)).await?;
        Ok((lives, added))
    }

    async fn add_trips(&self, lives: &[Life]) -> anyhow::Result<u64> {
        let _turn = self.turn.lock().await;
        let mut tx = self.stores.transactions.begin().await?;
        let outcome = add_lives(&mut *tx, lives).await;
        finish(tx, outcome).await
    }

    async fn add_talk(&self, talk: &Talk) -> anyhow::Result<u64> {
        let (plan, room) = (talk.room.facts().plan, talk.room.id());
        let (mut added, written) = match self.stores.rooms.open(&talk.room).await? {
            OpenRoom::Opened => (1, 0),
            OpenRoom::AlreadyOpen(room) => (0, room.last_seq()),
        };
        if written < i64::try_from(talk.messages.len())? {
            added += self.add_messages(&talk.messages).await?;
        }
        for (member, seq) in talk.read.into_iter().filter(|(_, seq)| *seq > 0) {
            match self.stores.rooms.mark_read(room, member, seq).await? {
                MarkRead::Advanced(_) | MarkRead::Unchanged => {}
            }
        }
        if let Some(at) = talk.closed_at {
            self.stores.rooms.deactivate(plan, at).await?;
        }
        Ok(added)
    }

    /// One after the other, since they are numbered as they come.
    async fn add_messages(&self, messages: &[NewMessage]) -> anyhow::Result<u64> {
        let mut added = 0;
        for message in messages {
            match self.stores.messages.append(message.clone()).await? {
                Append::Stored(_) => added += 1,
                // Inactive: somebody has ended the trip since an earlier run was interrupted.
                Append::Duplicate(_) | Append::RoomInactive => {}
            }
        }
        Ok(added)
    }

    async fn add_notification(&self, notification: &Notification) -> anyhow::Result<u64> {
        Ok(match self.stores.notifications.add(notification).await? {
            AddNotification::Added => 1,
            AddNotification::AlreadyThere => 0,
        })
    }
}

async fn add_accounts(tx: &mut dyn SeedTx, world: &World, hash: &PasswordHash) -> anyhow::Result<u64> {
    let mut added = 0;
    for dreamer in world.dreamers() {
        add_account(tx, &dreamer, hash).await?;
        added += 1;
    }
    for maker in world.makers() {
        add_account(tx, maker, hash).await?;
        added += 1;
    }
    Ok(added)
}

async fn add_lives(tx: &mut dyn SeedTx, lives: &[Life]) -> anyhow::Result<u64> {
    let mut added = 0;
    for life in lives {
        added += add_life(tx, life).await?;
    }
    Ok(added)
}

/// How many things were written by all of these together.
async fn sum(written: impl Stream<Item = anyhow::Result<u64>>) -> anyhow::Result<u64> {
    written.try_fold(0, async |total, written| Ok(total + written)).await
}

/// The log-in of the `number`th dreamer.
fn address(number: u32) -> anyhow::Result<Email> {
    Ok(Email::try_from(email(Role::Dreamer, number))?)
}
