//! The contract of the query ports, in memory and in a file.

use std::future::{Ready, ready};
use std::sync::Arc;

use application::queries::testing::World;
use goforme_embedded::Sqlite;

fn world(store: Sqlite) -> Ready<World> {
    let store = Arc::new(store);
    ready(World {
        begin: store.clone(),
        makers: store.clone(),
        plans: store.clone(),
        quotes: store.clone(),
        reviews: store.clone(),
        users: store.clone(),
        points: store,
    })
}

mod memory {
    application::query_contract!(super::world(crate::fresh::in_memory()));
}

mod file {
    application::query_contract!(super::world(crate::fresh::on_disk(tempfile::tempdir().unwrap().path())));
}
