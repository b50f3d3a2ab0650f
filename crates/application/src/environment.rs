//! What every command needs beside its store: the time and new ids.

use std::sync::Arc;

use kernel::{Clock, Envelope, Event, IdGenerator, Timestamp};
use uuid::Uuid;

/// The clock and the id generator, handed to each use case once.
#[derive(Clone)]
pub struct Environment {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl Environment {
    /// Bundles the two ports.
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdGenerator>) -> Self {
        Self { clock, ids }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id of the wanted kind.
    pub fn next_id<Id: From<Uuid>>(&self) -> Id {
        self.ids.next()
    }

    /// Where ids come from, for what needs several.
    pub fn ids(&self) -> &dyn IdGenerator {
        &*self.ids
    }

    /// The generator itself, for what is not a use case.
    pub fn shared_ids(&self) -> Arc<dyn IdGenerator> {
        Arc::clone(&self.ids)
    }

    /// An event that happened at `at`, ready for the outbox.
    pub fn event(&self, event: Event, at: Timestamp) -> Envelope {
        Envelope { id: self.next_id(), occurred_at: at, event }
    }
}
