//! The contracts of the ports outside of the commands' transactions, in memory and in a file.

use std::future::{Ready, ready};
use std::sync::Arc;

use application::jobs::testing::{FeedStores, Queue};
use application::schedule::testing::Runs;
use goforme_embedded::Sqlite;

fn chat(store: Sqlite) -> Ready<chat::testing::Stores> {
    ready(chat::testing::Stores { rooms: Arc::new(store.clone()), messages: Arc::new(store) })
}

fn notifications(store: Sqlite) -> Ready<notification::testing::Store> {
    ready(Arc::new(store))
}

fn feed(store: Sqlite) -> Ready<FeedStores> {
    ready(FeedStores { transactions: Arc::new(store.clone()), feed: Arc::new(store) })
}

fn queue(store: Sqlite) -> Ready<Queue> {
    ready(Arc::new(store))
}

fn runs(store: Sqlite) -> Ready<Runs> {
    ready(Arc::new(store))
}

/// Every contract, on the store that the expression makes anew for each case.
macro_rules! contracts {
    ($kind:ident, $store:expr) => {
        mod $kind {
            mod chat {
                chat::chat_contract!(crate::services::chat($store));
            }
            mod notifications {
                notification::notification_contract!(crate::services::notifications($store));
            }
            mod feed {
                application::outbox_feed_contract!(crate::services::feed($store));
            }
            mod queue {
                application::job_queue_contract!(crate::services::queue($store));
            }
            mod runs {
                application::schedule_runs_contract!(crate::services::runs($store));
            }
        }
    };
}

contracts!(memory, crate::fresh::in_memory());
contracts!(file, crate::fresh::on_disk(tempfile::tempdir().unwrap().path()));
