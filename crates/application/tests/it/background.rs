//! What follows from events, when it's cut short and begun again.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use application::bus::{Bus, Signal};
use application::consumers::{DeactivateRoom, Notify, OpenRoom};
use application::jobs::{Consumer, Consumers, Job, JobFilter, JobKind, JobQueue, JobRunner, RetryPolicy};
use application::{Environment, Error};
use async_trait::async_trait;
use chat::testing::a_room;
use chat::{MockRoomStore, OpenRoom as Opening, RoomStore};
use chrono::TimeDelta;
use embedded::{LocalBus, Sqlite};
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Begin, Clock, Envelope, Event, StoreError, TripType, UserId};
use notification::{AddNotification, MockNotificationStore, Notification, NotificationStore};
use plan::Plan;
use quote::Quote;
use quote::testing::{QuoteContractTx, add_a_confirmed_trip};
use tokio::sync::broadcast::Receiver;
use user::testing::add_a_maker;
use uuid::Uuid;

struct World {
    store: Arc<Sqlite>,
    bus: Arc<LocalBus>,
    clock: Arc<FakeClock>,
    environment: Environment,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(FakeClock::default());
        let environment = Environment::new(clock.clone(), Arc::new(CountingIds::default()));
        let store = Arc::new(Sqlite::in_memory().unwrap());
        Self { store, bus: Arc::new(LocalBus::default()), clock, environment }
    }

    fn envelope(&self, event: Event) -> Envelope {
        Envelope { id: self.environment.next_id(), occurred_at: self.clock.now(), event }
    }

    fn notify(&self, bus: &Arc<LocalBus>, notifications: Arc<dyn NotificationStore>) -> Notify {
        let (users, bus, environment) = (self.store.clone(), bus.clone(), self.environment.clone());
        Notify { users, notifications, bus, environment }
    }

    fn open_room(&self, bus: &Arc<LocalBus>, rooms: Arc<dyn RoomStore>) -> OpenRoom {
        let (store, environment) = (self.store.clone(), self.environment.clone());
        OpenRoom { store, rooms, bus: bus.clone(), environment }
    }

    async fn a_confirmed_trip(&self) -> (Plan, Quote) {
        let mut tx: Box<dyn QuoteContractTx> = self.store.begin().await.unwrap();
        let maker = add_a_maker(&mut *tx).await.id();
        let trip = add_a_confirmed_trip(&mut *tx, maker, |_| {}).await;
        tx.commit().await.unwrap();
        trip
    }

    async fn newest(&self, user: UserId) -> Notification {
        self.store.newest(user, None).await.unwrap().pop().unwrap()
    }
}

/// Of a process that dies before what it says is heard.
fn deaf() -> Arc<LocalBus> {
    Arc::default()
}

fn user(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn heard(signals: &mut Receiver<Arc<Signal>>) -> Vec<Signal> {
    std::iter::from_fn(|| signals.try_recv().ok()).map(|signal| (*signal).clone()).collect()
}

fn asked() -> Event {
    let (dreamer, maker) = (user(1), user(2));
    Event::MakerAsked { plan: Uuid::from_u128(3).into(), dreamer, maker, trip_type: TripType::Festival }
}

#[tokio::test]
async fn a_notification_that_was_stored_and_not_told_is_told_by_the_next_try() {
    let world = World::new();
    let mut signals = world.bus.subscribe();
    let envelope = world.envelope(asked());
    world.notify(&deaf(), world.store.clone()).consume(&envelope).await.unwrap();
    let notification = world.newest(user(2)).await;
    world.clock.advance(TimeDelta::seconds(5));
    world.notify(&world.bus, world.store.clone()).consume(&envelope).await.unwrap();
    assert_eq!(heard(&mut signals), [Signal::Notified { notification }]);
}

#[tokio::test]
async fn nobody_is_told_twice_because_somebody_else_could_not_be() {
    let world = World::new();
    let mut signals = world.bus.subscribe();
    let event = Event::PendingPlanDeleted {
        plan: Uuid::from_u128(4).into(),
        dreamer: user(1),
        makers: vec![user(2), user(3)],
        plan_title: "Jeju".to_owned(),
    };
    let envelope = world.envelope(event);
    let stored = Arc::new(Mutex::new(Vec::new()));
    let (mut weak, first) = (MockNotificationStore::new(), Arc::clone(&stored));
    weak.expect_add().times(2).returning(move |notification| {
        if notification.user() == user(3) {
            return Err(StoreError::unavailable("a test"));
        }
        first.lock().unwrap().push(notification.clone());
        Ok(AddNotification::Added)
    });
    assert!(world.notify(&world.bus, Arc::new(weak)).consume(&envelope).await.is_err());
    assert_eq!(heard(&mut signals), []);

    let (mut well, stored) = (MockNotificationStore::new(), stored.lock().unwrap().clone());
    well.expect_add().times(2).returning(|notification| {
        let is_there = notification.user() == user(2);
        Ok(if is_there { AddNotification::AlreadyThere } else { AddNotification::Added })
    });
    let newest = stored.clone();
    well.expect_newest().times(1).returning(move |_, _| Ok(newest.clone()));
    world.notify(&world.bus, Arc::new(well)).consume(&envelope).await.unwrap();
    match heard(&mut signals).as_slice() {
        [Signal::Notified { notification: one }, Signal::Notified { notification: other }] => {
            assert_eq!((one, other.user()), (&stored[0], user(3)));
        }
        told => panic!("{told:?}"),
    }
}

#[tokio::test]
async fn a_reminder_is_not_told_again_when_its_day_is_begun_again() {
    let world = World::new();
    let mut signals = world.bus.subscribe();
    let (plan, plan_title) = (Uuid::from_u128(4).into(), "Jeju".to_owned());
    let event = Event::TripTomorrow { plan, dreamer: user(1), maker: user(2), plan_title };
    let notify = world.notify(&world.bus, world.store.clone());
    notify.consume(&world.envelope(event.clone())).await.unwrap();
    assert_eq!(heard(&mut signals).len(), 2);
    world.clock.advance(TimeDelta::seconds(5));
    notify.consume(&world.envelope(event)).await.unwrap();
    assert_eq!(heard(&mut signals), []);
}

#[tokio::test]
async fn a_room_that_was_opened_and_not_told_of_is_told_of_by_the_next_try() {
    let world = World::new();
    let mut signals = world.bus.subscribe();
    let (plan, quote) = world.a_confirmed_trip().await;
    let envelope = world.envelope(Event::QuoteConfirmed {
        quote: quote.id(),
        plan: plan.id(),
        dreamer: plan.dreamer(),
        maker: quote.maker(),
        not_chosen: Vec::new(),
        plan_title: plan.title().as_str().to_owned(),
    });
    world.open_room(&deaf(), world.store.clone()).consume(&envelope).await.unwrap();
    world.open_room(&world.bus, world.store.clone()).consume(&envelope).await.unwrap();
    let mut positions = world.store.all_of(plan.dreamer(), 9).await.unwrap();
    let room = positions.pop().unwrap().room;
    assert_eq!((heard(&mut signals), positions.len()), (vec![Signal::RoomChanged { room }], 0));
}

#[tokio::test]
async fn a_room_that_opens_while_it_is_closed_is_told_of_as_closed() {
    let world = World::new();
    let mut signals = world.bus.subscribe();
    let (plan, quote) = world.a_confirmed_trip().await;
    let (dreamer, maker) = (plan.dreamer(), quote.maker());
    let envelope =
        world.envelope(Event::PlanCompleted { plan: plan.id(), quote: quote.id(), dreamer, maker });
    let opened = a_room();
    let mut closed = opened.clone();
    closed.deactivate(world.clock.now());
    let (mut rooms, calls, answer) = (MockRoomStore::new(), AtomicU32::new(0), closed.clone());
    rooms.expect_deactivate().times(2).returning(move |_, _| {
        let is_first = calls.fetch_add(1, Ordering::Relaxed) == 0;
        Ok((!is_first).then(|| answer.clone()))
    });
    rooms.expect_open().times(1).returning(move |_| Ok(Opening::AlreadyOpen(opened.clone())));
    let deactivate = DeactivateRoom(world.open_room(&world.bus, Arc::new(rooms)));
    deactivate.consume(&envelope).await.unwrap();
    assert_eq!(heard(&mut signals), [Signal::RoomChanged { room: closed }]);
}

/// Panics over one event and does all others.
struct Panicky(Envelope);

#[async_trait]
impl Consumer for Panicky {
    async fn consume(&self, envelope: &Envelope) -> Result<(), Error> {
        assert_ne!(*envelope, self.0, "not this one");
        Ok(())
    }
}

#[tokio::test]
async fn a_consumer_that_panics_fails_alone_and_is_given_up_after_five_tries() {
    let world = World::new();
    let (bad, good) = (world.envelope(asked()), world.envelope(asked()));
    let jobs = [&bad, &good].map(|envelope| Job { kind: JobKind::Notify, envelope: envelope.clone() });
    world.store.enqueue(&jobs, world.clock.now()).await.unwrap();
    let runner = JobRunner {
        queue: world.store.clone(),
        consumers: Consumers::default().with(JobKind::Notify, Panicky(bad)),
        environment: world.environment.clone(),
        retry: RetryPolicy::default(),
    };
    assert_eq!(runner.run_once().await.unwrap(), 2);
    let left = world.store.list(JobFilter::All, 9).await.unwrap();
    assert_eq!(left.iter().map(|job| &job.key).collect::<Vec<_>>(), [&jobs[0].key()]);
    for _ in 1..5 {
        assert_eq!(world.store.list(JobFilter::Failed, 9).await.unwrap(), []);
        world.clock.advance(TimeDelta::minutes(5));
        assert_eq!(runner.run_once().await.unwrap(), 1);
    }
    assert_eq!(world.store.list(JobFilter::Failed, 9).await.unwrap().len(), 1);
}
