//! `POST /auth/logout`: ends this session.

use std::sync::Arc;

use auth::HasSessions;
use kernel::SessionId;

use crate::Error;
use crate::bus::{Bus, Signal};
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What logging out needs.
    pub trait LogOutTx: HasSessions;
}

/// Ends a session: its refresh and access tokens, and its connections.
pub struct LogOut {
    pub store: Store<dyn LogOutTx>,
    pub environment: Environment,
    pub bus: Arc<dyn Bus>,
}

impl LogOut {
    /// Ending a session that has ended changes nothing.
    pub async fn run(&self, session: SessionId) -> Result<(), Error> {
        atomically!(self.store, |tx| { Ok(tx.sessions().end(session, self.environment.now()).await?) })?;
        self.bus.publish(Signal::SessionsEnded { sessions: vec![session] }).await;
        Ok(())
    }
}
