//! The relational store, whichever it is, behind the ports that it serves.

use std::sync::Arc;

use application::jobs::{JobQueue, OutboxFeed};
use application::queries::{
    MakerQueries, PlanQueries, PointQueries, QuoteQueries, ReviewQueries, UserQueries,
};
use application::schedule::ScheduleRuns;
use async_trait::async_trait;
use auth::SessionDirectory;
use embedded::SqliteTx;
use kernel::{Begin, Bundle, StoreError};
use payment::{PaymentDirectory, PaymentGateway, SandboxBook, SandboxGateway};
use point::LedgerAudit;
use postgres::PgTx;
use user::UserDirectory;

use super::stores::Relational;

/// Opens transactions on the store that was configured. Use cases see it as the bundle they need.
#[async_trait]
impl<Tx: Bundle<SqliteTx> + Bundle<PgTx> + ?Sized> Begin<Tx> for Relational {
    async fn begin(&self) -> Result<Box<Tx>, StoreError> {
        match self {
            Self::Embedded(store) => store.begin().await,
            Self::Postgres(store) => store.begin().await,
        }
    }
}

/// The ports that a relational store serves outside of transactions.
pub(super) struct RelationalPorts {
    pub users: Arc<dyn UserDirectory>,
    pub sessions: Arc<dyn SessionDirectory>,
    pub payments: Arc<dyn PaymentDirectory>,
    pub ledger_audit: Arc<dyn LedgerAudit>,
    pub user_queries: Arc<dyn UserQueries>,
    pub maker_queries: Arc<dyn MakerQueries>,
    pub plan_queries: Arc<dyn PlanQueries>,
    pub quote_queries: Arc<dyn QuoteQueries>,
    pub review_queries: Arc<dyn ReviewQueries>,
    pub point_queries: Arc<dyn PointQueries>,
    pub sandbox: Arc<dyn PaymentGateway>,
    pub feed: Arc<dyn OutboxFeed>,
    pub queue: Arc<dyn JobQueue>,
    pub runs: Arc<dyn ScheduleRuns>,
}

impl Relational {
    pub(super) fn ports(&self) -> RelationalPorts {
        match self {
            Self::Embedded(store) => ports_of(store.clone()),
            Self::Postgres(store) => ports_of(store.clone()),
        }
    }
}

fn ports_of<S>(store: S) -> RelationalPorts
where
    S: UserDirectory + SessionDirectory + PaymentDirectory + LedgerAudit + SandboxBook,
    S: UserQueries + MakerQueries + PlanQueries + QuoteQueries + ReviewQueries + PointQueries,
    S: OutboxFeed + JobQueue + ScheduleRuns + Clone + 'static,
{
    let sandbox = Arc::new(SandboxGateway::new(store.clone()));
    let store = Arc::new(store);
    RelationalPorts {
        users: store.clone(),
        sessions: store.clone(),
        payments: store.clone(),
        ledger_audit: store.clone(),
        user_queries: store.clone(),
        maker_queries: store.clone(),
        plan_queries: store.clone(),
        quote_queries: store.clone(),
        review_queries: store.clone(),
        point_queries: store.clone(),
        sandbox,
        feed: store.clone(),
        queue: store.clone(),
        runs: store,
    }
}
