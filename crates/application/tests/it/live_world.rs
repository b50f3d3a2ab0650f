//! A room with its two members, of whose stores and sessions tests can say what becomes of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use application::Environment;
use application::bus::{Bus, Origin, Signal};
use application::chat::{MessageViews, ReadRooms, RoomViews, SendMessage};
use application::realtime::{ChatSession, Chats, Delivery, Hub, HubLimits, Presence, SessionLimits};
use async_trait::async_trait;
use auth::{AccessClaims, Limit, SessionDirectory};
use chat::{
    Append, DeleteMessage, Message, MessageContent, MessageStore, NewMessage, Room, RoomFacts, RoomStore,
};
use chrono::TimeDelta;
use embedded::{LocalBus, LocalPresence, MediaFiles, Sqlite};
use kernel::testing::{CountingIds, FakeClock};
use kernel::{MessageId, Page, PageOf, Role, RoomId, SessionId, StoreError, Timestamp, UserId};
use notification::testing::a_new_notification;
use notification::{NewNotification, Notification, NotificationStore};
use system::InProcessRateLimiter;
use uuid::Uuid;

/// Sessions that all live, have all ended, or of which nobody knows.
pub struct Sessions(AtomicU8);

impl Sessions {
    const LIVE: u8 = 0;
    const ENDED: u8 = 1;
    const UNKNOWN: u8 = 2;

    pub fn end(&self) {
        self.0.store(Self::ENDED, Ordering::Relaxed);
    }

    pub fn lose(&self) {
        self.0.store(Self::UNKNOWN, Ordering::Relaxed);
    }
}

#[async_trait]
impl SessionDirectory for Sessions {
    async fn is_live(&self, _: SessionId, _: Timestamp) -> Result<bool, StoreError> {
        match self.0.load(Ordering::Relaxed) {
            Self::UNKNOWN => Err(StoreError::Unavailable("down".into())),
            state => Ok(state == Self::LIVE),
        }
    }
}

/// Messages that can be read forward only so many times more.
pub struct Messages {
    store: Sqlite,
    reads_left: AtomicI64,
}

impl Messages {
    pub fn fail_after(&self, reads: i64) {
        self.reads_left.store(reads, Ordering::Relaxed);
    }

    pub fn recover(&self) {
        self.fail_after(i64::MAX);
    }
}

#[async_trait]
impl MessageStore for Messages {
    async fn append(&self, message: NewMessage) -> Result<Append, StoreError> {
        self.store.append(message).await
    }

    async fn find(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        MessageStore::find(&self.store, id).await
    }

    async fn page(&self, room: RoomId, page: Page) -> Result<PageOf<Message>, StoreError> {
        self.store.page(room, page).await
    }

    async fn after(&self, room: RoomId, seq: i64, limit: i64) -> Result<Vec<Message>, StoreError> {
        if self.reads_left.fetch_sub(1, Ordering::Relaxed) <= 0 {
            return Err(StoreError::Unavailable("down".into()));
        }
        MessageStore::after(&self.store, room, seq, limit).await
    }

    async fn before(&self, room: RoomId, seq: Option<i64>, limit: i64) -> Result<Vec<Message>, StoreError> {
        self.store.before(room, seq, limit).await
    }

    async fn delete(&self, id: MessageId, at: Timestamp) -> Result<DeleteMessage, StoreError> {
        self.store.delete(id, at).await
    }
}

/// A room with its two members.
pub struct World {
    pub chats: Arc<Chats>,
    pub bus: Arc<LocalBus>,
    pub room: RoomId,
    pub dreamer: UserId,
    pub maker: UserId,
    pub clock: Arc<FakeClock>,
    pub sessions: Arc<Sessions>,
    pub messages: Arc<Messages>,
    pub store: Arc<Sqlite>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(HubLimits::default(), SessionLimits::default()).await
    }

    pub async fn with(hub_limits: HubLimits, limits: SessionLimits) -> Self {
        Self::on(Arc::new(LocalPresence::default()), hub_limits, limits).await
    }

    pub async fn on(presence: Arc<dyn Presence>, hub_limits: HubLimits, limits: SessionLimits) -> Self {
        let store = Arc::new(Sqlite::in_memory().unwrap());
        let messages = Arc::new(Messages { store: (*store).clone(), reads_left: AtomicI64::new(i64::MAX) });
        let sessions = Arc::new(Sessions(AtomicU8::new(Sessions::LIVE)));
        let clock = Arc::new(FakeClock::default());
        let environment = Environment::new(clock.clone(), Arc::new(CountingIds::default()));
        let bus = Arc::new(LocalBus::default());
        let folder = std::env::temp_dir().join(format!("goforme-live-chat-{}", std::process::id()));
        let media = MediaFiles::open_folder(&folder, "http://localhost", &"0123456789abcdef".into()).unwrap();
        let message_views = MessageViews { media: Arc::new(media), environment: environment.clone() };
        let room_views = RoomViews { users: store.clone() };
        let hub = Hub::new(presence, bus.clone(), environment.clone(), hub_limits);
        let (dreamer, maker) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let room = a_room(3, [dreamer, maker], environment.now());
        let _ = RoomStore::open(&*store, &room).await.unwrap();
        let chats = Chats {
            rooms: store.clone(),
            messages: messages.clone(),
            notifications: store.clone(),
            sessions: sessions.clone(),
            read: ReadRooms {
                rooms: store.clone(),
                messages: store.clone(),
                room_views: room_views.clone(),
                message_views: message_views.clone(),
            },
            send: Arc::new(SendMessage {
                rooms: store.clone(),
                messages: store.clone(),
                bus: bus.clone(),
                environment: environment.clone(),
                limiter: Arc::new(InProcessRateLimiter::default()),
                limit: Limit { count: 10_000, window: TimeDelta::seconds(10) },
            }),
            room_views,
            message_views,
            hub: hub.clone(),
            bus: bus.clone(),
            environment,
            limits,
        };
        tokio::spawn(hub.clone().run());
        let (chats, room) = (Arc::new(chats), room.id());
        Self { chats, bus, room, dreamer, maker, clock, sessions, messages, store }
    }

    pub fn clock_now(&self) -> Timestamp {
        self.chats.environment.now()
    }

    pub fn claims(&self, user: UserId) -> AccessClaims {
        let now = self.chats.environment.now();
        let role = if user == self.dreamer { Role::Dreamer } else { Role::Maker };
        let session = Uuid::from_u128(user.to_uuid().as_u128() + 100).into();
        AccessClaims { user, role, session, issued_at: now, expires_at: now + TimeDelta::hours(1) }
    }

    pub async fn session(&self, user: UserId) -> ChatSession {
        ChatSession::open(self.chats.clone(), self.claims(user)).await.unwrap().0
    }

    /// A message of the dreamer's that is in the store, and of which nobody has heard.
    pub async fn stored(&self, text: &str) -> Message {
        self.stored_in(self.room, text).await
    }

    pub async fn stored_in(&self, room: RoomId, text: &str) -> Message {
        let id = self.chats.environment.next_id();
        let new = NewMessage {
            id,
            room,
            sender: self.dreamer,
            content: MessageContent::Text(text.try_into().unwrap()),
            client_message_id: None,
            at: self.chats.environment.now(),
        };
        match self.chats.messages.append(new).await.unwrap() {
            Append::Stored(message) => message,
            other => panic!("{other:?}"),
        }
    }

    /// A notification that is in the store, and of which nobody has heard.
    pub async fn notify(&self, user: UserId) -> Notification {
        let new = NewNotification { id: self.chats.environment.next_id(), ..a_new_notification(user) };
        let notification = Notification::new(new, self.chats.environment.now());
        let _ = self.store.add(&notification).await.unwrap();
        notification
    }

    pub async fn signal(&self, message: Message, origin: Origin) {
        let members = [self.dreamer, self.maker];
        self.bus.publish(Signal::MessageStored { message, members, origin }).await;
    }

    pub async fn say(&self, session: &mut ChatSession, text: &str) -> i64 {
        let content = MessageContent::Text(text.try_into().unwrap());
        session.send(self.room, content, None).await.unwrap().1.message.seq()
    }
}

/// A room that was opened at a time.
pub fn a_room(number: u128, [dreamer, maker]: [UserId; 2], at: Timestamp) -> Room {
    let facts = RoomFacts {
        id: Uuid::from_u128(number).into(),
        plan: Uuid::from_u128(number + 1000).into(),
        dreamer,
        maker,
        plan_title: "Jeju".to_owned(),
        trip_date: "2031-05-06".try_into().unwrap(),
        price: 300.try_into().unwrap(),
    };
    Room::open(facts, at)
}

/// The next message's number, whatever else is told.
pub async fn next_seq(session: &mut ChatSession) -> i64 {
    next_seqs(session).await[0]
}

pub async fn next_seqs(session: &mut ChatSession) -> Vec<i64> {
    loop {
        let deliveries = tokio::time::timeout(Duration::from_secs(5), session.next()).await.unwrap().unwrap();
        let seqs: Vec<i64> = deliveries.iter().filter_map(seq_of).collect();
        if !seqs.is_empty() {
            return seqs;
        }
    }
}

pub async fn next_message(session: &mut ChatSession) -> (i64, Option<Origin>) {
    loop {
        let deliveries = tokio::time::timeout(Duration::from_secs(5), session.next()).await.unwrap().unwrap();
        if let Some(message) = deliveries.iter().find_map(message_of) {
            return message;
        }
    }
}

pub fn message_of(delivery: &Delivery) -> Option<(i64, Option<Origin>)> {
    match delivery {
        Delivery::Message { view, origin } => Some((view.message.seq(), *origin)),
        _ => None,
    }
}

pub fn seq_of(delivery: &Delivery) -> Option<i64> {
    match delivery {
        Delivery::Message { view, .. } => Some(view.message.seq()),
        _ => None,
    }
}
