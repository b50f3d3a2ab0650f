//! The document store, whichever it is, behind the ports that it serves.

use std::sync::Arc;

use chat::{MessageStore, RoomStore};
use notification::NotificationStore;

use super::stores::Documents;

/// The ports that a document store serves.
pub(super) struct DocumentPorts {
    pub rooms: Arc<dyn RoomStore>,
    pub messages: Arc<dyn MessageStore>,
    pub notifications: Arc<dyn NotificationStore>,
}

impl Documents {
    pub(super) fn ports(&self) -> DocumentPorts {
        match self {
            Self::Embedded(store) => ports_of(store.clone()),
            Self::Mongo(store) => ports_of(store.clone()),
        }
    }
}

fn ports_of<S: RoomStore + MessageStore + NotificationStore + 'static>(store: S) -> DocumentPorts {
    let store = Arc::new(store);
    DocumentPorts { rooms: store.clone(), messages: store.clone(), notifications: store }
}
