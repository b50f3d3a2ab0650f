//! The demo world on a store in memory.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use application::Environment;
use application::consumers::CountStats;
use application::queries::{MakerFilter, MakerQueries, NothingShared};
use async_trait::async_trait;
use chrono::TimeDelta;
use embedded::Sqlite;
use kernel::enums::Named;
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Begin, Clock, NotificationId, Page, PlanStatus, ServiceArea, StoreError, Timestamp, UserId};
use notification::{AddNotification, Notification, NotificationStore};
use plan::COMPLETES_AFTER_DAYS;
use point::LedgerAudit;
use system::Argon2Hasher;

use super::calendar::WorldDay;
use super::life::Life;
use super::relational::SeedTx;
use super::report::Report;
use super::seeder::{Seeder, Stores};
use super::trip::Trip;
use super::world::World;

fn now() -> Timestamp {
    FakeClock::default().now()
}

fn stores(store: &Sqlite) -> Stores {
    let store = Arc::new(store.clone());
    let environment = Environment::new(Arc::new(FakeClock::default()), Arc::new(CountingIds::default()));
    Stores {
        transactions: store.clone(),
        users: store.clone(),
        rooms: store.clone(),
        messages: store.clone(),
        notifications: store.clone(),
        hasher: Arc::new(Argon2Hasher::new(NonZeroUsize::MIN, Duration::from_mins(1))),
        count_stats: CountStats { store, environment, views: Arc::new(NothingShared) },
    }
}

async fn seed(stores: Stores, scale: u32, now: Timestamp) -> anyhow::Result<Report> {
    Seeder::new(stores).run(scale, now, &|| {}).await
}

async fn seeded() -> (Sqlite, Report) {
    let store = Sqlite::in_memory().unwrap();
    let report = seed(stores(&store), 1, now()).await.unwrap();
    (store, report)
}

fn lives(world: &World) -> impl Iterator<Item = Life> {
    world.dreamers().map(move |dreamer| Life::of(world, &dreamer).unwrap())
}

#[tokio::test]
async fn the_world_holds_what_the_help_says() {
    let (store, report) = seeded().await;
    assert_eq!((report.dreamers, report.makers), (10, 34));
    let plans: Vec<_> = report.plans.by_status().collect();
    let expected = [25, 10, 205, 10];
    assert_eq!(plans, PlanStatus::ALL.iter().copied().zip(expected).collect::<Vec<_>>());
    assert_eq!((report.quotes, report.reviews, report.rooms), (400, 200, 215));
    assert!(report.messages >= 200 && report.notifications >= 400);
    assert!(report.payments >= 100 && report.follows >= 30);
    for area in ServiceArea::ALL {
        let filter = MakerFilter { service_areas: vec![*area], ..MakerFilter::default() };
        let makers = store.list(&filter, None, Page::new(1, 10).unwrap()).await.unwrap();
        assert!(makers.total >= 8, "{area} has {} makers", makers.total);
    }
}

#[tokio::test]
async fn the_books_and_the_statistics_are_right() {
    let (store, _) = seeded().await;
    assert_eq!(store.audit().await.unwrap(), []);
    assert_eq!(stores(&store).count_stats.rebuild_all(&|_| {}).await.unwrap(), (34, Vec::new()));
}

#[tokio::test]
async fn nothing_is_left_for_the_schedule_to_do() {
    let (store, report) = seeded().await;
    let today = report.day.day(0);
    let mut tx: Box<dyn SeedTx> = store.begin().await.unwrap();
    assert_eq!(tx.plans().pending_due(today, 10, None).await.unwrap(), []);
    let due = today.minus_days(COMPLETES_AFTER_DAYS);
    assert_eq!(tx.plans().confirmed_due(due, 10, None).await.unwrap(), []);
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn seeding_again_adds_nothing_even_on_another_day() {
    let (store, first) = seeded().await;
    let again = seed(stores(&store), 1, now() + TimeDelta::days(3)).await.unwrap();
    assert_eq!(again, Report { added: 0, ..first });
    assert!(again.to_string().contains("nothing was added"));
}

#[tokio::test]
async fn a_world_of_another_scale_is_left_alone() {
    let (store, _) = seeded().await;
    let refused = seed(stores(&store), 2, now()).await.unwrap_err();
    assert!(refused.to_string().contains("another scale than 2"), "{refused}");
}

#[tokio::test]
async fn a_run_that_was_interrupted_is_completed_by_the_next_one() {
    let (_, whole) = seeded().await;
    let store = Sqlite::in_memory().unwrap();
    let flaky = Flaky { store: store.clone(), left: AtomicI64::new(300) };
    let interrupted = Stores { notifications: Arc::new(flaky), ..stores(&store) };
    seed(interrupted, 1, now()).await.unwrap_err();
    let completed = seed(stores(&store), 1, now() + TimeDelta::days(1)).await.unwrap();
    assert!(completed.added > 0 && completed.added < whole.added);
    assert_eq!(completed, Report { added: completed.added, ..whole });
    assert_eq!(seed(stores(&store), 1, now()).await.unwrap().added, 0);
    assert_eq!(store.audit().await.unwrap(), []);
}

#[test]
fn everybodys_world_is_the_same_on_the_same_day() {
    let (morning, evening) = (now(), now() + TimeDelta::hours(11));
    let [first, second] = [morning, evening].map(|now| {
        let world = World::new(WorldDay::at(now), 2);
        lives(&world).map(|life| format!("{life:?}")).collect::<Vec<_>>()
    });
    assert!(first == second);
}

#[test]
fn everything_happens_in_order_and_before_the_midnight_of_the_day() {
    for days in 0..40 {
        let world = World::new(WorldDay::at(now() + TimeDelta::days(days)), 1);
        for life in lives(&world) {
            life.trips.iter().for_each(|trip| check_times(trip, world.day.midnight()));
        }
    }
}

fn check_times(trip: &Trip, midnight: Timestamp) {
    let (posted, changed) = (trip.plan.created_at(), trip.plan.updated_at());
    assert!(changed <= midnight, "{trip:?}");
    assert!(trip.notifications.iter().all(|told| told.parts().created_at <= midnight));
    assert!(trip.quotes.iter().all(|quote| (posted..midnight).contains(&quote.created_at())));
    if let Some(purchase) = &trip.purchase {
        assert!(purchase.charge.at() < trip.transfers[0].at());
    }
    if let Some(review) = &trip.review {
        assert!((changed..midnight).contains(&review.created_at()));
    }
    if let Some(talk) = &trip.talk {
        let written: Vec<_> = talk.messages.iter().map(|message| message.at).collect();
        assert!(
            written.is_sorted()
                && written.first().is_none_or(|first| *first > talk.room.progress().created_at)
        );
        assert!(written.iter().all(|at| *at < talk.closed_at.unwrap_or(midnight)), "{trip:?}");
    }
}

/// A store of notifications that goes away after some.
struct Flaky {
    store: Sqlite,
    left: AtomicI64,
}

#[async_trait]
impl NotificationStore for Flaky {
    async fn add(&self, notification: &Notification) -> Result<AddNotification, StoreError> {
        if self.left.fetch_sub(1, Ordering::Relaxed) <= 0 {
            return Err(StoreError::unavailable("the power is out"));
        }
        self.store.add(notification).await
    }

    async fn newest(&self, user: UserId, page: Option<Page>) -> Result<Vec<Notification>, StoreError> {
        self.store.newest(user, page).await
    }

    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        NotificationStore::find(&self.store, id).await
    }

    async fn mark_read(
        &self,
        id: NotificationId,
        user: UserId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        NotificationStore::mark_read(&self.store, id, user, at).await
    }

    async fn after(
        &self,
        user: UserId,
        id: NotificationId,
        limit: i64,
    ) -> Result<Vec<Notification>, StoreError> {
        NotificationStore::after(&self.store, user, id, limit).await
    }
}
