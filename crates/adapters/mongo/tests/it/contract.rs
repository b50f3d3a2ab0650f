//! The contracts of the ports.

use std::sync::Arc;

use crate::fresh::store;

async fn chat_stores() -> chat::testing::Stores {
    let store = Arc::new(store().await);
    chat::testing::Stores { rooms: store.clone(), messages: store }
}

async fn notification_store() -> notification::testing::Store {
    Arc::new(store().await)
}

mod chats {
    chat::chat_contract!(super::chat_stores());
}

mod notifications {
    notification::notification_contract!(super::notification_store());
}
