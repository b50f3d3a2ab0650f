//! The live side of a chat in which nobody is, for the tests of its gateways.

use std::sync::Arc;
use std::time::Duration;

use application::Environment;
use application::chat::{MessageViews, ReadRooms, RoomViews, SendMessage};
use application::realtime::{Chats, Hub, HubLimits, SessionLimits};
use auth::{AccessClaims, Limit, MockSessionDirectory, SessionDirectory};
use chrono::TimeDelta;
use embedded::{LocalBus, LocalPresence, MediaFiles, Sqlite};
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, Role};
use system::InProcessRateLimiter;
use uuid::Uuid;

/// What sessions are made from.
pub struct Live {
    pub chats: Arc<Chats>,
    clock: Arc<FakeClock>,
}

impl Live {
    /// Sessions never end.
    pub fn new() -> Self {
        let mut sessions = MockSessionDirectory::new();
        sessions.expect_is_live().returning(|_, _| Ok(true));
        Self::with(sessions)
    }

    /// What `sessions` says becomes of sessions.
    pub fn with(sessions: impl SessionDirectory + 'static) -> Self {
        let (store, bus) = (Arc::new(Sqlite::in_memory().unwrap()), Arc::new(LocalBus::default()));
        let clock = Arc::new(FakeClock::default());
        let environment = Environment::new(clock.clone(), Arc::new(CountingIds::default()));
        let folder = std::env::temp_dir().join(format!("goforme-live-{}", std::process::id()));
        let media = MediaFiles::open_folder(&folder, "http://localhost", &"0123456789abcdef".into()).unwrap();
        let message_views = MessageViews { media: Arc::new(media), environment: environment.clone() };
        let room_views = RoomViews { users: store.clone() };
        let presence = Arc::new(LocalPresence::default());
        let hub = Hub::new(presence, bus.clone(), environment.clone(), HubLimits::default());
        let read = ReadRooms {
            rooms: store.clone(),
            messages: store.clone(),
            room_views: room_views.clone(),
            message_views: message_views.clone(),
        };
        let send = SendMessage {
            rooms: store.clone(),
            messages: store.clone(),
            bus: bus.clone(),
            environment: environment.clone(),
            limiter: Arc::new(InProcessRateLimiter::default()),
            limit: Limit { count: 20, window: TimeDelta::seconds(10) },
        };
        let chats = Chats {
            rooms: store.clone(),
            messages: store.clone(),
            notifications: store,
            sessions: Arc::new(sessions),
            read,
            send: Arc::new(send),
            room_views,
            message_views,
            hub,
            bus,
            environment,
            limits: SessionLimits::default(),
        };
        Self { chats: Arc::new(chats), clock }
    }

    /// Somebody whose token holds for an hour.
    pub fn claims(&self) -> AccessClaims {
        let now = self.clock.now();
        AccessClaims {
            user: Uuid::from_u128(1).into(),
            role: Role::Maker,
            session: Uuid::from_u128(2).into(),
            issued_at: now,
            expires_at: now + TimeDelta::hours(1),
        }
    }

    /// Moves the clock forward, not that of timers.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(TimeDelta::from_std(by).unwrap());
    }
}
