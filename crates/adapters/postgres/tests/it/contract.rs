//! The contracts of the ports.

use std::sync::Arc;

use goforme_postgres::Postgres;
use kernel::Begin;

use crate::fresh::store;

/// The store, seen as what opens transactions of the shape `Tx`.
fn begins<Tx: ?Sized>(store: Postgres) -> Arc<dyn Begin<Tx>>
where
    Postgres: Begin<Tx>,
{
    Arc::new(store)
}

async fn transactions<Tx: ?Sized>() -> Arc<dyn Begin<Tx>>
where
    Postgres: Begin<Tx>,
{
    begins(store().await)
}

mod users {
    use super::{Arc, begins, store};

    async fn fresh() -> user::testing::UserStores {
        let store = store().await;
        user::testing::UserStores { store: begins(store.clone()), directory: Arc::new(store) }
    }
    user::user_contract!(fresh());
}

mod sessions {
    use super::{Arc, begins, store};

    async fn fresh() -> auth::testing::SessionStores {
        let store = store().await;
        auth::testing::SessionStores { store: begins(store.clone()), directory: Arc::new(store) }
    }
    auth::session_contract!(fresh());
}

mod follows {
    follow::follow_contract!(super::transactions());
}

mod plans {
    plan::plan_contract!(super::transactions());
}

mod quotes {
    quote::quote_contract!(super::transactions());
}

mod reviews {
    review::review_contract!(super::transactions());
}

mod stats {
    stats::stats_contract!(super::transactions());
}

mod ledger {
    use super::{Arc, begins, store};

    async fn fresh() -> point::testing::Stores {
        let store = store().await;
        point::testing::Stores { transactions: begins(store.clone()), audit: Arc::new(store) }
    }
    point::ledger_contract!(fresh());
}

mod payments {
    use super::{Arc, begins, store};

    async fn fresh() -> payment::testing::Stores {
        let store = store().await;
        payment::testing::Stores { transactions: begins(store.clone()), directory: Arc::new(store) }
    }
    payment::payment_contract!(fresh());
}

mod sandbox {
    payment::sandbox_contract!(super::store());
}

mod outbox {
    use super::{Arc, begins, store};

    async fn fresh() -> application::jobs::testing::FeedStores {
        let store = store().await;
        application::jobs::testing::FeedStores { transactions: begins(store.clone()), feed: Arc::new(store) }
    }
    application::outbox_feed_contract!(fresh());
}

mod queue {
    use super::{Arc, store};

    async fn fresh() -> application::jobs::testing::Queue {
        Arc::new(store().await)
    }
    application::job_queue_contract!(fresh());
}

mod schedule {
    use super::{Arc, store};

    async fn fresh() -> application::schedule::testing::Runs {
        Arc::new(store().await)
    }
    application::schedule_runs_contract!(fresh());
}
