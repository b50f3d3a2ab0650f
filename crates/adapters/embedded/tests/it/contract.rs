//! The contracts of the commands' ports, in memory and in a file.

use std::future::{Ready, ready};
use std::sync::Arc;

use goforme_embedded::Sqlite;
use kernel::Begin;

/// The store, seen as what opens transactions of the shape `Tx`.
fn begins<Tx: ?Sized>(store: Sqlite) -> Arc<dyn Begin<Tx>>
where
    Sqlite: Begin<Tx>,
{
    Arc::new(store)
}

fn transactions<Tx: ?Sized>(store: Sqlite) -> Ready<Arc<dyn Begin<Tx>>>
where
    Sqlite: Begin<Tx>,
{
    ready(begins(store))
}

fn users(store: Sqlite) -> Ready<user::testing::UserStores> {
    ready(user::testing::UserStores { store: begins(store.clone()), directory: Arc::new(store) })
}

fn sessions(store: Sqlite) -> Ready<auth::testing::SessionStores> {
    ready(auth::testing::SessionStores { store: begins(store.clone()), directory: Arc::new(store) })
}

fn ledger(store: Sqlite) -> Ready<point::testing::Stores> {
    ready(point::testing::Stores { transactions: begins(store.clone()), audit: Arc::new(store) })
}

fn payments(store: Sqlite) -> Ready<payment::testing::Stores> {
    ready(payment::testing::Stores { transactions: begins(store.clone()), directory: Arc::new(store) })
}

/// Every contract, on the store that the expression makes anew for each case.
macro_rules! contracts {
    ($kind:ident, $store:expr) => {
        mod $kind {
            mod users {
                user::user_contract!(crate::contract::users($store));
            }
            mod sessions {
                auth::session_contract!(crate::contract::sessions($store));
            }
            mod follows {
                follow::follow_contract!(crate::contract::transactions($store));
            }
            mod plans {
                plan::plan_contract!(crate::contract::transactions($store));
            }
            mod quotes {
                quote::quote_contract!(crate::contract::transactions($store));
            }
            mod reviews {
                review::review_contract!(crate::contract::transactions($store));
            }
            mod stats {
                stats::stats_contract!(crate::contract::transactions($store));
            }
            mod ledger {
                point::ledger_contract!(crate::contract::ledger($store));
            }
            mod payments {
                payment::payment_contract!(crate::contract::payments($store));
            }
            mod sandbox {
                payment::sandbox_contract!(std::future::ready($store));
            }
        }
    };
}

contracts!(memory, crate::fresh::in_memory());
contracts!(file, crate::fresh::on_disk(tempfile::tempdir().unwrap().path()));
