//! The contract of the query ports.

use std::sync::Arc;

use application::queries::testing::World;

use crate::fresh::store;

async fn world() -> World {
    let store = Arc::new(store().await);
    World {
        begin: store.clone(),
        makers: store.clone(),
        plans: store.clone(),
        quotes: store.clone(),
        reviews: store.clone(),
        users: store.clone(),
        points: store,
    }
}

application::query_contract!(world());
