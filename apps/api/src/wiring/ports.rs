//! Every port with the adapter that stands behind it.

use std::sync::Arc;

use application::Environment;
use application::accounts::TokenMint;
use application::bus::Bus;
use application::consumers::{CountStats, DeactivateRoom, Notify, OpenRoom};
use application::jobs::{Consumers, JobKind, JobQueue, JobRunner, OutboxFeed, Relay, RetryPolicy};
use application::queries::{
    MakerQueries, PlanQueries, PointQueries, QuoteQueries, ReviewQueries, SharedViews, UserQueries,
};
use application::realtime::Hub;
use application::schedule::{DailySchedule, ScheduleRuns, process_name};
use auth::{Limit, PasswordHasher, RateLimiter};
use chat::{MessageStore, RoomStore};
use media::MediaStore;
use notification::NotificationStore;
use payment::{PaymentDirectory, PaymentGateway, WebhookVerifier};
use point::LedgerAudit;
use user::UserDirectory;

use super::session_cache::CachedSessions;
use super::stores::Relational;
use crate::http::socket_io;
use crate::worker::Worker;

/// The ports, each with the adapter that the configuration chose.
#[derive(Clone)]
pub struct Ports {
    pub environment: Environment,
    pub relational: Relational,
    pub users: Arc<dyn UserDirectory>,
    pub sessions: Arc<CachedSessions>,
    pub payments: Arc<dyn PaymentDirectory>,
    pub ledger_audit: Arc<dyn LedgerAudit>,
    pub user_queries: Arc<dyn UserQueries>,
    pub maker_queries: Arc<dyn MakerQueries>,
    pub plan_queries: Arc<dyn PlanQueries>,
    pub quote_queries: Arc<dyn QuoteQueries>,
    pub review_queries: Arc<dyn ReviewQueries>,
    pub point_queries: Arc<dyn PointQueries>,
    /// What is kept of reads that everybody may see alike.
    pub views: Arc<dyn SharedViews>,
    pub rooms: Arc<dyn RoomStore>,
    pub messages: Arc<dyn MessageStore>,
    pub notifications: Arc<dyn NotificationStore>,
    pub media: Arc<dyn MediaStore>,
    pub gateway: Arc<dyn PaymentGateway>,
    pub webhooks: Arc<dyn WebhookVerifier>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub mint: TokenMint,
    pub rate_limiter: Arc<dyn RateLimiter>,
    /// How many messages a user may send in which time.
    pub message_limit: Limit,
    pub bus: Arc<dyn Bus>,
    pub hub: Arc<Hub>,
    /// How patient `/socket.io/` is.
    pub socket_io: socket_io::Settings,
    pub feed: Arc<dyn OutboxFeed>,
    pub queue: Arc<dyn JobQueue>,
    pub runs: Arc<dyn ScheduleRuns>,
}

impl Ports {
    /// What works in the background.
    pub fn worker(&self) -> Worker {
        let environment = || self.environment.clone();
        Worker {
            feed: Arc::clone(&self.feed),
            queue: Arc::clone(&self.queue),
            relay: Relay {
                feed: Arc::clone(&self.feed),
                queue: Arc::clone(&self.queue),
                environment: environment(),
            },
            runner: JobRunner {
                queue: Arc::clone(&self.queue),
                consumers: self.consumers(),
                environment: environment(),
                retry: RetryPolicy::default(),
            },
            schedule: DailySchedule {
                store: Arc::new(self.relational.clone()),
                runs: Arc::clone(&self.runs),
                queue: Arc::clone(&self.queue),
                environment: environment(),
                owner: process_name(self.environment.ids().next_uuid()),
            },
            settle: Arc::new(self.settle_payment()),
        }
    }

    /// Counting statistics is asked for by events and by `goforme stats rebuild`.
    pub fn count_stats(&self) -> CountStats {
        CountStats {
            store: Arc::new(self.relational.clone()),
            environment: self.environment.clone(),
            views: Arc::clone(&self.views),
        }
    }

    fn consumers(&self) -> Consumers {
        let open_room = OpenRoom {
            store: Arc::new(self.relational.clone()),
            rooms: Arc::clone(&self.rooms),
            bus: Arc::clone(&self.bus),
            environment: self.environment.clone(),
        };
        let notify = Notify {
            users: Arc::clone(&self.users),
            notifications: Arc::clone(&self.notifications),
            bus: Arc::clone(&self.bus),
            environment: self.environment.clone(),
        };
        Consumers::default()
            .with(JobKind::OpenRoom, open_room.clone())
            .with(JobKind::DeactivateRoom, DeactivateRoom(open_room))
            .with(JobKind::Notify, notify)
            .with(JobKind::CountStats, self.count_stats())
    }
}
